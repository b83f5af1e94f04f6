/** One lineage model for each open notebook, and which of them the person works on. */
import type { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import { type ISignal, Signal } from '@lumino/signaling';

import type { IFindingsTracker, IServer } from '../tokens';
import { LineageModel } from './lineage';

export class Lineages {
  constructor(
    private readonly _notebooks: INotebookTracker,
    private readonly _findings: IFindingsTracker,
    private readonly _server: Pick<IServer, 'lineage'>
  ) {
    _notebooks.forEach(panel => {
      this._add(panel);
    });
    _notebooks.widgetAdded.connect((_, panel) => {
      this._add(panel);
    });
    _notebooks.currentChanged.connect(this._follow, this);
    _findings.currentChanged.connect(this._follow, this);
    this._follow();
  }

  /** Of the notebook that was used last; null for a file, and when there is none. */
  get current(): LineageModel | null {
    return this._current;
  }

  get currentChanged(): ISignal<Lineages, LineageModel | null> {
    return this._currentChanged;
  }

  get all(): readonly LineageModel[] {
    return [...this._models.values()];
  }

  /** A notebook was opened. */
  get added(): ISignal<Lineages, LineageModel> {
    return this._added;
  }

  private _add({ context }: NotebookPanel): void {
    if (this._models.has(context)) {
      return;
    }
    const model = new LineageModel(context, this._server);
    this._models.set(context, model);
    context.disposed.connect(() => {
      this._models.delete(context);
      this._follow();
      model.dispose();
    });
    this._added.emit(model);
    this._follow();
  }

  private _follow(): void {
    const findings = this._findings.current;
    const panel = this._notebooks.currentWidget;
    const current =
      findings?.kind === 'notebook' && panel !== null
        ? (this._models.get(panel.context) ?? null)
        : null;
    if (current !== null) {
      current.findings = findings;
    }
    if (current !== this._current) {
      this._current = current;
      this._currentChanged.emit(current);
    }
  }

  private readonly _added = new Signal<this, LineageModel>(this);
  private readonly _currentChanged = new Signal<this, LineageModel | null>(
    this
  );
  private readonly _models = new Map<NotebookPanel['context'], LineageModel>();
  private _current: LineageModel | null = null;
}
