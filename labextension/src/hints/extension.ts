/** The hints of one editor: there while the settings say so, and fed by the findings of its document. */
import {
  Compartment,
  type Extension,
  Facet,
  type Text
} from '@codemirror/state';
import { type EditorView, ViewPlugin } from '@codemirror/view';
import type { ISharedText } from '@jupyter/ydoc';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { IDisposable } from '@lumino/disposable';
import type { ISignal } from '@lumino/signaling';

import type { FindingsModel } from '../model/findings';
import type { IResult } from '../model/results';
import type { IAisecSettings } from '../tokens';
import type { Finding } from '../wire';
import { markGutter } from './gutter';
import { marksField, marksOf, placeOf, setMarks } from './marks';
import type { ITipActions } from './tip';
import { Tips } from './tooltip';

/** What the hints of an editor stand on. */
export interface IHints {
  readonly model: FindingsModel;
  readonly shared: ISharedText;
  readonly settings: IAisecSettings;
  /** Whether the text is in a language that is checked. */
  readonly isChecked: () => boolean;
  /** It may now be in another language. */
  readonly languageChanged: ISignal<unknown, unknown>;
  readonly actions: ITipActions;
  readonly trans: TranslationBundle;
}

/** Hints that come and go as the settings and the language do. */
export function hints(options: IHints): Extension {
  const { settings, languageChanged } = options;
  const place = new Compartment();
  const isOn = (): boolean => settings.hints && options.isChecked();
  const wanted = (): Extension => (isOn() ? shown(options) : []);
  const key = (): string => `${isOn()} ${settings.gutter}`;
  return [
    place.of(wanted()),
    ViewPlugin.define(view => {
      let now = key();
      const update = (): void => {
        if (now !== key()) {
          now = key();
          view.dispatch({ effects: place.reconfigure(wanted()) });
        }
      };
      settings.changed.connect(update);
      languageChanged.connect(update);
      return {
        destroy: () => {
          settings.changed.disconnect(update);
          languageChanged.disconnect(update);
        }
      };
    })
  ];
}

function shown(options: IHints): Extension {
  const { model, settings, trans, actions } = options;
  const tips = new Tips(actions, model, trans);
  const gutter = markGutter(trans, (view, from, to) => {
    tips.open(view, from, to);
  });
  return [
    marksField.init(({ doc }) => marksOf(doc, known(options, doc)?.findings)),
    tips.extension,
    settings.gutter ? gutter : [],
    tipsFacet.of(tips),
    ViewPlugin.define(view => new Feed(view, options))
  ];
}

/** The tips of an editor, while it has hints. */
const tipsFacet = Facet.define<Tips>();

/** Show the tip of the finding that is selected in an editor, if it has hints. */
export function openTip(view: EditorView): void {
  const { from, to } = view.state.selection.main;
  for (const tips of view.state.facet(tipsFacet)) {
    tips.open(view, from, to);
  }
}

/** Say something in the tip of a finding; without one, at the cursor. False where no tips are wanted. */
export function tellInTip(
  view: EditorView,
  finding: Finding | null,
  note: string
): boolean {
  const { from, to } =
    finding === null ? view.state.selection.main : placeOf(view.state, finding);
  const all = view.state.facet(tipsFacet);
  for (const tips of all) {
    tips.open(view, from, to, note);
  }
  return all.length > 0;
}

/** What is known of a text, if it is the text that stands in the editor. */
function known({ model, shared }: IHints, doc: Text): IResult | undefined {
  const result = model.result(shared);
  return result?.source.replace(/\r\n?/g, '\n') === doc.toString()
    ? result
    : undefined;
}

/** Brings the findings of a text into its editor as soon as they are known. */
class Feed {
  constructor(
    private readonly _view: EditorView,
    private readonly _options: IHints
  ) {
    const { model } = _options;
    this._seen = _options.model.result(_options.shared);
    this._wanted = model.want();
    model.changed.connect(this._show, this);
  }

  destroy(): void {
    this._options.model.changed.disconnect(this._show, this);
    this._wanted.dispose();
  }

  private _show(): void {
    const { model, shared } = this._options;
    const latest = model.result(shared);
    if (latest === this._seen) {
      return;
    }
    this._seen = latest;
    const { doc } = this._view.state;
    const result = known(this._options, doc);
    if (result === undefined && latest !== undefined) {
      // About an older text: what is shown moves with the text until the next answer.
      return;
    }
    this._view.dispatch({
      effects: setMarks.of(marksOf(doc, result?.findings))
    });
  }

  /** Looked at once, when it comes: later, the model may speak while the editor takes in what is typed. */
  private _seen: IResult | undefined;
  private readonly _wanted: IDisposable;
}
