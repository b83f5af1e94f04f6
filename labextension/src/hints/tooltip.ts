/** When the tip is shown: under the mouse, or when a finding is gone to. */
import { type Extension, StateEffect, StateField } from '@codemirror/state';
import {
  closeHoverTooltips,
  EditorView,
  hoverTooltip,
  keymap,
  showTooltip,
  type Tooltip
} from '@codemirror/view';
import type { TranslationBundle } from '@jupyterlab/translation';

import { marksAt, type IMark } from './marks';
import { type ITipActions, tipNode, tipText } from './tip';

const setOpen = StateEffect.define<Tooltip | null>();

/** The tip that was asked for; it goes away with the next key or click. */
const openField = StateField.define<Tooltip | null>({
  create: () => null,
  update: (open, transaction) => {
    for (const effect of transaction.effects) {
      if (effect.is(setOpen)) {
        return effect.value;
      }
    }
    return transaction.docChanged || transaction.selection ? null : open;
  },
  provide: field => showTooltip.from(field)
});

/** The tips of one editor. */
export class Tips {
  constructor(
    private readonly _actions: ITipActions,
    private readonly _trans: TranslationBundle
  ) {}

  get extension(): Extension {
    return [
      openField,
      hoverTooltip(
        (view, at) =>
          view.state.field(openField) === null
            ? this._tooltip(marksAt(view.state, at, at))
            : null,
        { hideOnChange: true }
      ),
      keymap.of([{ key: 'Escape', run: close }]),
      EditorView.domEventHandlers({
        blur: (_, view) => {
          close(view);
        }
      })
    ];
  }

  /** Show the tip of what stands between two places, and read it out. */
  open(view: EditorView, from: number, to: number): void {
    const marks = marksAt(view.state, from, to);
    const tooltip = this._tooltip(marks);
    if (tooltip === null || view.state.field(openField, false) === undefined) {
      return;
    }
    view.dispatch({
      effects: [
        closeHoverTooltips,
        setOpen.of(tooltip),
        EditorView.announce.of(
          tipText(
            marks.map(mark => mark.finding),
            this._trans
          )
        )
      ]
    });
  }

  private _tooltip(marks: readonly IMark[]): Tooltip | null {
    if (marks.length === 0) {
      return null;
    }
    const findings = marks.map(mark => mark.finding);
    return {
      pos: Math.min(...marks.map(mark => mark.from)),
      end: Math.max(...marks.map(mark => mark.to)),
      above: true,
      create: view => ({
        dom: tipNode(
          findings,
          {
            fix: this._then(view, 'fix'),
            explain: this._then(view, 'explain'),
            ignore: this._then(view, 'ignore')
          },
          this._trans
        )
      })
    };
  }

  /** What is done from a tip closes it. */
  private _then(
    view: EditorView,
    action: keyof ITipActions
  ): ITipActions[keyof ITipActions] {
    return finding => {
      view.dispatch({ effects: [closeHoverTooltips, setOpen.of(null)] });
      this._actions[action](finding);
    };
  }
}

function close(view: EditorView): boolean {
  if ((view.state.field(openField, false) ?? null) === null) {
    return false;
  }
  view.dispatch({ effects: setOpen.of(null) });
  return true;
}
