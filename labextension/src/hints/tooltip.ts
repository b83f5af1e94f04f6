/** When the tip is shown: under the mouse, or when a finding is gone to. */
import {
  type Extension,
  Prec,
  StateEffect,
  StateField
} from '@codemirror/state';
import {
  closeHoverTooltips,
  EditorView,
  getTooltip,
  hoverTooltip,
  keymap,
  type Rect,
  showTooltip,
  type Tooltip
} from '@codemirror/view';
import type { TranslationBundle } from '@jupyterlab/translation';

import { marksAt, type IMark } from './marks';
import { type ITipActions, tipNode, tipText } from './tip';

const setOpen = StateEffect.define<Tooltip | null>();

/** The tip that was asked for; it goes away with the next change, or when the focus goes elsewhere. */
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
      Prec.high(
        EditorView.domEventHandlers({
          keydown: (event, view) => {
            if (event.key !== 'Tab' || event.shiftKey || !enter(view)) {
              return false;
            }
            // A notebook takes the focus back to its cell with each key that it hears of.
            event.stopPropagation();
            event.preventDefault();
            return true;
          }
        })
      ),
      EditorView.domEventHandlers({
        blur: ({ relatedTarget }, view) => {
          if (!isInTip(relatedTarget)) {
            close(view);
          }
        },
        focusout: event => {
          // The tip stands outside of the notebook, which would leave its edit mode.
          if (isInTip(event.relatedTarget)) {
            event.stopPropagation();
          }
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
    const end = Math.max(...marks.map(mark => mark.to));
    return {
      pos: Math.min(...marks.map(mark => mark.from)),
      end,
      above: true,
      create: view => {
        const dom = tipNode(
          findings,
          {
            fix: this._then(view, 'fix'),
            explain: this._then(view, 'explain'),
            ignore: this._then(view, 'ignore')
          },
          this._trans
        );
        returnFocus(dom, view);
        return { dom, getCoords: pos => inSight(view, pos, end) };
      }
    };
  }

  /** What is done from a tip closes it. */
  private _then(
    view: EditorView,
    action: keyof ITipActions
  ): ITipActions[keyof ITipActions] {
    return finding => {
      view.focus();
      view.dispatch({ effects: [closeHoverTooltips, setOpen.of(null)] });
      this._actions[action](finding);
    };
  }
}

/** Where a tip points that is not to be shown. */
const NOWHERE: Rect = { left: -1, right: -1, top: -1, bottom: -1 };

/** The beginning of what stands between two places; where a long line is scrolled past it, what is seen first. */
function inSight(view: EditorView, from: number, to: number): Rect {
  const start = view.coordsAtPos(from);
  if (start === null) {
    return NOWHERE;
  }
  const end = view.coordsAtPos(to);
  const margins = view.state.facet(EditorView.scrollMargins);
  const left =
    view.scrollDOM.getBoundingClientRect().left +
    Math.max(0, ...margins.map(each => each(view)?.left ?? 0));
  const goesOn = end !== null && (end.top > start.top || end.left > left);
  return start.left < left && goesOn ? { ...start, left, right: left } : start;
}

function close(view: EditorView): boolean {
  if ((view.state.field(openField, false) ?? null) === null) {
    return false;
  }
  view.dispatch({ effects: setOpen.of(null) });
  return true;
}

/** From the text to the first button of the tip that was asked for. */
function enter(view: EditorView): boolean {
  const tooltip = view.state.field(openField, false) ?? null;
  const tip = tooltip && getTooltip(view, tooltip);
  const button = tip?.dom.querySelector('button');
  button?.focus();
  return button !== null && button !== undefined;
}

/** From the tip to the text with Escape; a tip that the focus has left is closed. */
function returnFocus(tip: HTMLElement, view: EditorView): void {
  tip.addEventListener('keydown', event => {
    // Neither the notebook nor the editor has anything to do with these.
    if (event.key === 'Escape' || event.key === 'Tab') {
      event.stopPropagation();
    }
    if (event.key === 'Escape') {
      view.focus();
      close(view);
    }
  });
  tip.addEventListener('focusout', ({ relatedTarget }) => {
    if (!isInTip(relatedTarget) && relatedTarget !== view.contentDOM) {
      close(view);
    }
  });
}

function isInTip(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('.jp-AisecTip') !== null;
}
