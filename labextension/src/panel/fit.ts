/** Gives each section the room that its content needs, until the person moves an edge: then that is how it stays. */
import type { IStateDB } from '@jupyterlab/statedb';
import type { AccordionPanel } from '@lumino/widgets';

import { heights } from './room';
import type { Section } from './section';

const KEY = 'jupyter-aisec:section-sizes';

export class Fit {
  constructor(
    private readonly _accordion: AccordionPanel,
    private readonly _sections: readonly Section[],
    private readonly _state: IStateDB | null,
    wayBack: string
  ) {
    for (const section of _sections) {
      section.contentChanged.connect(this._later, this);
    }
    _accordion.expansionToggled.connect(this._later, this);
    _accordion.handleMoved.connect(this._keep, this);
    for (const handle of _accordion.handles) {
      handle.title = wayBack;
      handle.addEventListener('dblclick', () => {
        this._forget();
      });
    }
    void this._restore();
  }

  private async _restore(): Promise<void> {
    const kept = await this._state?.fetch(KEY).catch(() => undefined);
    if (
      Array.isArray(kept) &&
      kept.length === this._sections.length &&
      kept.every(each => typeof each === 'number')
    ) {
      this._own = true;
      // A section that is folded from the start has all sizes lost before anything is seen.
      this._kept = kept;
      this._later();
    }
  }

  /** The edges are where the person wants them. */
  private _keep(): void {
    this._own = true;
    // What can't be kept lasts as long as the page.
    this._state
      ?.save(KEY, this._accordion.relativeSizes())
      .catch(() => undefined);
  }

  private _forget(): void {
    this._own = false;
    this._kept = null;
    this._state?.remove(KEY).catch(() => undefined);
    this._later();
  }

  /** Once for all that changes before the next picture. */
  private _later(): void {
    this._frame ??= requestAnimationFrame(() => {
      this._frame = null;
      this._fit();
    });
  }

  private _fit(): void {
    const accordion = this._accordion;
    if (this._kept !== null && accordion.isVisible) {
      accordion.setRelativeSizes(this._kept);
      this._kept = null;
    }
    const open = this._sections.filter(each => !each.isHidden);
    if (this._own || !accordion.isVisible || open.length === 0) {
      return;
    }
    const titles = accordion.titles.reduce(
      (sum, each) => sum + each.offsetHeight,
      0
    );
    const edges = accordion.spacing * this._sections.length;
    const room = accordion.node.clientHeight - titles - edges;
    const given = heights(
      open.map(each => each.claim),
      room
    );
    const sizes = this._sections.map(each =>
      Math.max(0, Math.round(given[open.indexOf(each)] ?? 0))
    );
    if (room > 0 && sizes.join() !== this._fitted) {
      this._fitted = sizes.join();
      accordion.setRelativeSizes(sizes);
    }
  }

  private _fitted = '';
  private _frame: number | null = null;
  /** The sizes of the last session, until there is something to be seen. */
  private _kept: number[] | null = null;
  private _own = false;
}
