/** The number of findings in the status bar. */
import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { IStatusBar } from '@jupyterlab/statusbar';
import {
  ITranslator,
  nullTranslator,
  type TranslationBundle
} from '@jupyterlab/translation';
import { Signal } from '@lumino/signaling';
import { Widget } from '@lumino/widgets';

import { shieldIcon } from './icons';
import { severityWord, worst } from './model/severity';
import { standing } from './model/standing';
import { CommandIDs, type IFindingsModel, IFindingsTracker } from './tokens';

export const statusPlugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-aisec:status',
  description: 'The number of findings in the status bar.',
  autoStart: true,
  requires: [IFindingsTracker],
  // Notebook 7 has no status bar.
  optional: [IStatusBar, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    tracker: IFindingsTracker,
    statusBar: IStatusBar | null,
    translator: ITranslator | null
  ): void => {
    if (statusBar === null) {
      return;
    }
    const trans = (translator ?? nullTranslator).load('jupyter_aisec');
    const item = new StatusItem(tracker, trans, () => {
      void app.commands.execute(CommandIDs.open);
    });
    statusBar.registerStatusItem('jupyter-aisec:status', {
      item,
      align: 'left',
      rank: 10,
      isActive: () => item.isActive,
      activeStateChanged: item.activeChanged
    });
  }
};

/** A button that says how many findings the current document has, while somebody looks for them. */
class StatusItem extends Widget {
  constructor(
    tracker: IFindingsTracker,
    private readonly _trans: TranslationBundle,
    open: () => void
  ) {
    super();
    this.addClass('jp-AisecStatusItem');
    this._button.type = 'button';
    this._button.addEventListener('click', open);
    this.node.append(this._button);
    tracker.currentChanged.connect((_, model) => {
      this._follow(model);
    });
    this._follow(tracker.current);
  }

  get isActive(): boolean {
    return (this._model?.state ?? 'off') !== 'off';
  }

  readonly activeChanged = new Signal<this, void>(this);

  private _follow(model: IFindingsModel | null): void {
    this._model?.changed.disconnect(this._show, this);
    this._model = model;
    model?.changed.connect(this._show, this);
    this._show();
  }

  private _show(): void {
    const model = this._model;
    this.activeChanged.emit();
    if (model === null || model.state === 'off') {
      return;
    }
    const { short, long } = words(model, this._trans);
    if (short === this._button.textContent && long === this._button.title) {
      return;
    }
    this._button.replaceChildren(shieldIcon.element({ tag: 'span' }), short);
    this._button.title = long;
    this._button.setAttribute('aria-label', long);
  }

  private _model: IFindingsModel | null = null;
  private readonly _button = document.createElement('button');
}

/** What is known, in a few words and in more. */
function words(
  model: IFindingsModel,
  trans: TranslationBundle
): { short: string; long: string } {
  const why = standing(model, trans);
  if (why !== '') {
    return {
      short:
        model.said === '' ? trans.__('Checking…') : trans.__('Not checked'),
      long: trans.__('AI security: %1', why)
    };
  }
  if (model.checked === null) {
    return {
      short: trans.__('Checking…'),
      long: trans.__('AI security: the code is being checked')
    };
  }
  const findings = model.cells.flatMap(cell => cell.findings);
  const found = trans._n('%1 finding', '%1 findings', findings.length);
  return {
    short: found,
    long:
      findings.length > 0
        ? trans.__(
            'AI security: %1, worst: %2',
            found,
            severityWord(worst(findings), trans)
          )
        : trans._n(
            'AI security: no known pattern found by %1 rule',
            'AI security: no known pattern found by %1 rules',
            model.rules
          )
  };
}
