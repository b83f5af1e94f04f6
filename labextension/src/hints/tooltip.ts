/** When the tip is shown: under the mouse, or when a finding is gone to. */
import {
  type EditorState,
  type Extension,
  Prec,
  StateEffect,
  StateField,
  type Transaction
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

import type { FindingsModel } from '../model/findings';
import { foundBefore } from '../model/standing';
import { visible } from '../model/words';
import type { Finding } from '../wire';
import { marksAt, setMarks } from './marks';
import { type ITipActions, noteNode, tipNode, tipText } from './tip';

/** A tip, and what it says something about; nothing, if it only has a note. */
interface ITip extends Tooltip {
  readonly findings: readonly Finding[];
}

const setOpen = StateEffect.define<ITip | null>();

/** The tip that was asked for; it goes away with the next change, or when the focus goes elsewhere. */
const openField = StateField.define<ITip | null>({
  create: () => null,
  update: (open, transaction) => {
    for (const effect of transaction.effects) {
      if (effect.is(setOpen)) {
        return effect.value;
      }
    }
    return open === null || isOver(open, transaction) ? null : open;
  },
  provide: field => showTooltip.from(field)
});

/** The tips of one editor. */
export class Tips {
  constructor(
    private readonly _actions: ITipActions,
    private readonly _model: FindingsModel,
    private readonly _trans: TranslationBundle
  ) {}

  get extension(): Extension {
    return [
      openField,
      hoverTooltip(
        (view, at) =>
          view.state.field(openField) === null
            ? this._tooltip(view.state, at, at)
            : null,
        { hideOn: (transaction, tip) => isOver(tip as ITip, transaction) }
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

  /** Show the tip of what stands between two places, and read it out; with a note, only that is read. */
  open(view: EditorView, from: number, to: number, note = ''): void {
    const tip = this._tooltip(view.state, from, to, note);
    if (tip === null || view.state.field(openField, false) === undefined) {
      return;
    }
    view.dispatch({
      effects: [
        closeHoverTooltips,
        setOpen.of(tip),
        EditorView.announce.of(
          note ||
            tipText(
              tip.findings,
              foundBefore(this._model, this._trans),
              this._trans
            )
        )
      ]
    });
  }

  private _tooltip(
    state: EditorState,
    from: number,
    to: number,
    note = ''
  ): ITip | null {
    const marks = marksAt(state, from, to);
    if (marks.length === 0 && note === '') {
      return null;
    }
    const places = marks.length > 0 ? marks : [{ from, to }];
    const findings = marks.map(mark => mark.finding);
    const end = Math.max(...places.map(each => each.to));
    return {
      pos: Math.min(...places.map(each => each.from)),
      end,
      findings,
      create: view => {
        const line = noteNode();
        const dom = tipNode(
          line,
          findings,
          {
            fix: this._then(view, 'fix'),
            explain: this._then(view, 'explain'),
            ignore: this._then(view, 'ignore')
          },
          this._trans
        );
        returnFocus(dom, view);
        const { _model: model, _trans: trans } = this;
        const show = (): void => {
          line.textContent = visible(note || foundBefore(model, trans));
        };
        show();
        model.changed.connect(show);
        return {
          dom,
          getCoords: pos => inSight(view, pos, end, dom.offsetHeight),
          destroy: () => {
            model.changed.disconnect(show);
          }
        };
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

/**
 * The beginning of what stands between two places; where a long line is
 * scrolled past it, what is seen first. It goes down to the last line, as long
 * as there is room for a tip of that height above or below: the tip hides
 * nothing of what it is about.
 */
function inSight(
  view: EditorView,
  from: number,
  to: number,
  height: number
): Rect {
  const start = view.coordsAtPos(from);
  if (start === null) {
    return NOWHERE;
  }
  const end = view.coordsAtPos(to, -1);
  const margins = view.state.facet(EditorView.scrollMargins);
  const left =
    view.scrollDOM.getBoundingClientRect().left +
    Math.max(0, ...margins.map(each => each(view)?.left ?? 0));
  const goesOn = end !== null && (end.top > start.top || end.left > left);
  const isPast = start.left < left && goesOn;
  const fits =
    end !== null &&
    (end.bottom + height < window.innerHeight || height < start.top);
  return {
    left: isPast ? left : start.left,
    right: isPast ? left : start.right,
    top: start.top,
    bottom: fits ? Math.max(start.bottom, end.bottom) : start.bottom
  };
}

/** Whether a tip says something of a text or a place that is not there any more. */
function isOver({ findings }: ITip, transaction: Transaction): boolean {
  if (transaction.docChanged || transaction.selection) {
    return true;
  }
  return transaction.effects.some(
    effect =>
      effect.is(setMarks) &&
      findings.length > 0 &&
      !effect.value.some(({ finding }) =>
        findings.some(each => each.id === finding.id)
      )
  );
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
