/** One view in its place: it works, and lets models work, only while it can be seen. */
import { ReactWidget } from '@jupyterlab/ui-components';
import {
  DisposableDelegate,
  DisposableSet,
  type IDisposable
} from '@lumino/disposable';
import type { Message } from '@lumino/messaging';
import { type ISignal, Signal } from '@lumino/signaling';
import type { Widget } from '@lumino/widgets';
import * as React from 'react';

import type { IPanelContext } from './context';
import type { IClaim } from './room';

/** What shows more the more room it has. */
const GROWS = '.jp-AisecGraph';

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
  /** Whether it is folded until somebody wants it. */
  readonly folded?: boolean;
  /** Its part of the room where there is not enough for all views. */
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

  /** What is shown may need more room now, or less. */
  get contentChanged(): ISignal<Section, void> {
    return this._contentChanged;
  }

  /** The room that the content would take, were there as much as it wants. */
  get claim(): IClaim {
    const { share } = this.view;
    const view = this.node.firstElementChild;
    if (!(view instanceof HTMLElement)) {
      return { need: 0, share, grows: false };
    }
    const { scrollTop } = view;
    view.style.height = 'auto';
    const need = view.offsetHeight;
    view.style.height = '';
    view.scrollTop = scrollTop;
    return { need, share, grows: view.querySelector(GROWS) !== null };
  }

  protected override render(): React.ReactElement | null {
    return this._followed ? (
      <div className="jp-AisecSection-view">
        <this.view.View context={this._context} />
      </div>
    ) : null;
  }

  protected override onAfterAttach(message: Message): void {
    this._watch();
    this._follow();
    super.onAfterAttach(message);
  }

  protected override onAfterShow(): void {
    this._follow();
    // Who was here is here again, unless they went elsewhere meanwhile.
    if (document.activeElement === document.body) {
      this._focused?.focus();
    }
    this._focused = null;
  }

  // JupyterLab hides everything for a moment when the theme changes: what is
  // drawn stays, so that nothing that is typed or unfolded is lost.
  protected override onBeforeHide(): void {
    const { activeElement } = document;
    this._focused =
      activeElement instanceof HTMLElement && this.node.contains(activeElement)
        ? activeElement
        : null;
    this._rest();
  }

  protected override onBeforeDetach(message: Message): void {
    this._rest();
    this._watching?.dispose();
    super.onBeforeDetach(message);
  }

  // Another view has got room of this one: who is at its lower edge stays in sight.
  protected override onResize(message: Widget.ResizeMessage): void {
    super.onResize(message);
    const before = this._height;
    this._height = this.node.clientHeight;
    const { activeElement } = document;
    if (
      activeElement !== null &&
      this._height < before &&
      this.node.contains(activeElement)
    ) {
      const { bottom } = activeElement.getBoundingClientRect();
      const below = bottom - this.node.getBoundingClientRect().top;
      // Heights are whole pixels, places are not.
      if (below > this._height && below < before + 1) {
        activeElement.scrollIntoView({ block: 'nearest' });
      }
    }
  }

  /** Hear of content that comes, goes and grows: by models, by what the views do themselves, and by typing. */
  private _watch(): void {
    const tell = (): void => {
      this._contentChanged.emit();
    };
    const changes = new MutationObserver(tell);
    changes.observe(this.node, {
      childList: true,
      subtree: true,
      characterData: true
    });
    const sizes = new ResizeObserver(tell);
    sizes.observe(this.node);
    this.node.addEventListener('input', tell);
    this._watching = new DisposableDelegate(() => {
      changes.disconnect();
      sizes.disconnect();
      this.node.removeEventListener('input', tell);
    });
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
    this._followed = true;
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
  }

  private readonly _contentChanged = new Signal<this, void>(this);
  private _focused: HTMLElement | null = null;
  /** Nothing is drawn before somebody looks. */
  private _followed = false;
  /** Pixels, when it was last drawn anew. */
  private _height = 0;
  private _open: DisposableSet | null = null;
  private _watching: IDisposable | null = null;
}
