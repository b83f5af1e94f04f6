/** Which document the person works on, and the way to a place in it. */
import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { CodeEditor } from '@jupyterlab/codeeditor';
import type { DocumentRegistry } from '@jupyterlab/docregistry';
import type { FileEditor, IEditorTracker } from '@jupyterlab/fileeditor';
import {
  type INotebookTracker,
  NotebookActions,
  NotebookPanel
} from '@jupyterlab/notebook';
import type { IDocumentWidget } from '@jupyterlab/docregistry';
import type { ISharedFile, ISharedNotebook } from '@jupyter/ydoc';
import { type ISignal, Signal } from '@lumino/signaling';

import { isPython } from './language';
import type { Documents } from './model/documents';
import type { FindingsModel } from './model/findings';
import { compare } from './model/positions';
import type { ICursor, IFindingsTracker, IPlace } from './tokens';

type FilePanel = IDocumentWidget<FileEditor>;
type Panel = NotebookPanel | FilePanel;

export class Tracker implements IFindingsTracker {
  constructor(
    private readonly _app: JupyterFrontEnd,
    private readonly _documents: Documents,
    private readonly _notebooks: INotebookTracker,
    private readonly _files: IEditorTracker | null
  ) {
    for (const tracker of [_notebooks, _files]) {
      tracker?.forEach(panel => {
        this._add(panel);
      });
      tracker?.widgetAdded.connect((_: unknown, panel: Panel) => {
        this._add(panel);
      });
      tracker?.currentChanged.connect(() => {
        this._update();
      });
    }
    _app.shell.currentChanged?.connect(() => {
      this._update();
    });
  }

  get current(): FindingsModel | null {
    return this._current;
  }

  get currentChanged(): ISignal<this, FindingsModel | null> {
    return this._currentChanged;
  }

  get editor(): CodeEditor.IEditor | null {
    const panel = this._panel;
    if (panel === null || panel.isDisposed) {
      return null;
    }
    return panel instanceof NotebookPanel
      ? (panel.content.activeCell?.editor ?? null)
      : panel.content.editor;
  }

  get cursor(): ICursor | null {
    const { editor, current } = this;
    const key = editor && current?.texts.keyOf(editor.model.sharedModel);
    if (!editor || key === undefined || key === null) {
      return null;
    }
    const { start, end } = editor.getSelection();
    const [first] = [start, end]
      .map(({ line, column }) => ({ line, character: column }))
      .sort(compare);
    return { key, at: first };
  }

  async reveal({ model, key, range }: IPlace): Promise<void> {
    const panel = this._showing(each => this._modelOf(each) === model);
    const shared = panel && this._modelOf(panel).texts.find(key)?.shared;
    if (!panel || !shared) {
      return;
    }
    this._app.shell.activateById(panel.id);
    if (panel instanceof NotebookPanel) {
      await revealCell(panel, cell => cell === shared);
      panel.content.mode = 'edit';
    }
    const { editor } = this;
    if (editor?.model.sharedModel !== shared) {
      return;
    }
    editor.focus();
    const selection = {
      start: { line: range.start.line, column: range.start.character },
      end: { line: range.end.line, column: range.end.character }
    };
    editor.setSelection(selection);
    editor.revealSelection(selection);
  }

  async revealCell(cellId: string): Promise<boolean> {
    const panel = this._panel;
    if (!(panel instanceof NotebookPanel) || panel.isDisposed) {
      return false;
    }
    this._app.shell.activateById(panel.id);
    return revealCell(panel, cell => cell.getId() === cellId);
  }

  /** Tell the model of a document where it is, and keep telling. */
  private _add(panel: Panel): void {
    const context = panel.context as DocumentRegistry.Context;
    const open = (): void => {
      if (context.isReady && !panel.isDisposed && isChecked(panel)) {
        this._modelOf(panel).open(
          this._app.serviceManager.contents.localPath(context.path)
        );
      }
      this._update();
    };
    context.pathChanged.connect(open);
    // The model outlives the panel while another one shows it.
    const file = panel instanceof NotebookPanel ? null : panel.content.model;
    file?.mimeTypeChanged.connect(open);
    panel.disposed.connect(() => {
      context.pathChanged.disconnect(open);
      file?.mimeTypeChanged.disconnect(open);
      this._update();
    });
    // Before, it has other texts than it will have.
    void context.ready.then(open);
    this._update();
  }

  private _modelOf(panel: Panel): FindingsModel {
    return this._documents.get(
      panel.context.model.sharedModel as unknown as
        ISharedFile | ISharedNotebook
    );
  }

  /** The panel that was used last, if it will do; else any other that will. */
  private _showing(willDo: (panel: Panel) => boolean): Panel | null {
    const candidates = [this._panel, this._notebooks.currentWidget];
    const rest: (Panel | null)[] = [];
    this._notebooks.forEach(panel => rest.push(panel));
    this._files?.forEach(panel => rest.push(panel));
    return (
      [...candidates, this._files?.currentWidget ?? null, ...rest].find(
        panel => panel !== null && !panel.isDisposed && willDo(panel)
      ) ?? null
    );
  }

  private _update(): void {
    const active = this._app.shell.currentWidget;
    const panel =
      this._showing(each => each === active && isChecked(each)) ??
      this._showing(isChecked);
    const current = panel && this._modelOf(panel);
    this._panel = panel;
    if (current !== this._current) {
      this._current = current;
      this._currentChanged.emit(current);
    }
  }

  private _panel: Panel | null = null;
  private _current: FindingsModel | null = null;
  private readonly _currentChanged = new Signal<this, FindingsModel | null>(
    this
  );
}

/** Whether there are findings of what it shows: of notebooks, and of Python files. */
function isChecked(panel: Panel): boolean {
  return (
    panel instanceof NotebookPanel || isPython(panel.content.model.mimeType)
  );
}

/** Make a cell the active one, whatever hides it; false when there is none such. */
async function revealCell(
  { content }: NotebookPanel,
  willDo: (
    shared: NotebookPanel['content']['widgets'][number]['model']['sharedModel']
  ) => boolean
): Promise<boolean> {
  const index = content.widgets.findIndex(each =>
    willDo(each.model.sharedModel)
  );
  if (index < 0) {
    return false;
  }
  const cell = content.widgets[index];
  NotebookActions.expandParent(cell, content);
  cell.inputHidden = false;
  content.activeCellIndex = index;
  content.deselectAll();
  await content.scrollToCell(cell);
  await cell.ready;
  return true;
}
