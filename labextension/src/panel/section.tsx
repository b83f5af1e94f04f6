/** One view in its place: it works, and lets models work, only while it can be seen. */
import { ReactWidget } from '@jupyterlab/ui-components';
import {
  DisposableDelegate,
  DisposableSet,
  type IDisposable
} from '@lumino/disposable';
import type { Message } from '@lumino/messaging';
import type { ISignal } from '@lumino/signaling';
import * as React from 'react';

import type { IPanelContext } from './context';

/** A model that is asked to work by wanting it. */
interface IWanted {
  readonly isDisposed: boolean;
  readonly changed: ISignal<unknown, void>;
  want(): IDisposable;
}

export interface IView {
  /** The word for it in commands. */
  readonly id: string;
  readonly title: string;
  /** Its share of the room at first. */
  readonly share: number;
  readonly View: React.ComponentType<{ readonly context: IPanelContext }>;
  /** The models that the view shows, of the document that is current. */
  models(): readonly (IWanted | null)[];
}

export class Section extends ReactWidget {
  constructor(
    readonly view: IView,
    private readonly _context: IPanelContext
  ) {
    super();
    this.addClass('jp-AisecSection');
    this.addClass(`jp-AisecSection-${view.id}`);
    this.title.label = view.title;
  }

  protected override render(): React.ReactElement | null {
    return this._open === null ? null : (
      <this.view.View context={this._context} />
    );
  }

  protected override onAfterAttach(message: Message): void {
    this._follow();
    super.onAfterAttach(message);
  }

  protected override onAfterShow(): void {
    this._follow();
  }

  protected override onBeforeHide(): void {
    this._rest();
  }

  protected override onBeforeDetach(message: Message): void {
    this._rest();
    super.onBeforeDetach(message);
  }

  /** Want the models of the current document, and show what they say. */
  private _follow(): void {
    if (!this.isVisible) {
      return;
    }
    const before = this._open;
    const { choices, findings, lineages } = this._context;
    const open = new DisposableSet();
    this._open = open;
    const show = (): void => {
      this.update();
    };
    const listen = <T, U>(signal: ISignal<T, U>, slot: () => void): void => {
      signal.connect(slot);
      open.add(
        new DisposableDelegate(() => {
          signal.disconnect(slot);
        })
      );
    };
    const again = (): void => {
      this._follow();
    };
    listen(findings.currentChanged, again);
    listen(lineages.currentChanged, again);
    listen(choices.changed, show);
    for (const model of this.view.models()) {
      if (model !== null && !model.isDisposed) {
        listen(model.changed, show);
        open.add(model.want());
      }
    }
    before?.dispose();
    this.update();
  }

  private _rest(): void {
    this._open?.dispose();
    this._open = null;
    this.update();
  }

  private _open: DisposableSet | null = null;
}
