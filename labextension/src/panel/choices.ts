/** What the person who looks at the panel has chosen to see. It outlives the views, which are gone while hidden. */
import { type ISignal, Signal } from '@lumino/signaling';

import type { Severity } from '../model/severity';

/** What was said of a data source when its answers were saved. */
export interface ISaved {
  /** The id of the asset. */
  readonly id: string;
  readonly words: string;
}

/** A finding that is about to be ignored, and the reason as far as it is typed. */
export interface IIgnoring {
  readonly key: string;
  readonly id: string;
  readonly reason: string;
}

export interface IChosen {
  /** Severities that are not listed. */
  readonly hidden: ReadonlySet<Severity>;
  /** The rule whose explanation is open. */
  readonly rule: string | null;
  readonly ignoring: IIgnoring | null;
  /** The lineage as an outline instead of a graph. */
  readonly asOutline: boolean;
  /** The id of the asset whose details are open. */
  readonly node: string | null;
  /** The name of the data source whose form is open. */
  readonly source: string | null;
  /** The claim whose next step is open as a form; not beside that of a data source. */
  readonly answering: string | null;
  readonly saved: ISaved | null;
  /** The view that shall take the focus as soon as it can. */
  readonly takeFocus: 'findings' | 'source' | null;
}

export class Choices {
  get now(): IChosen {
    return this._now;
  }

  get changed(): ISignal<Choices, void> {
    return this._changed;
  }

  choose(some: Partial<IChosen>): void {
    this._now = { ...this._now, ...some };
    this._changed.emit();
  }

  /** Another document: what was open of the last one is not of this one. */
  forget(): void {
    this.choose({
      ignoring: null,
      node: null,
      source: null,
      answering: null,
      saved: null
    });
  }

  private readonly _changed = new Signal<this, void>(this);
  private _now: IChosen = {
    hidden: new Set(),
    rule: null,
    ignoring: null,
    asOutline: false,
    node: null,
    source: null,
    answering: null,
    saved: null,
    takeFocus: null
  };
}
