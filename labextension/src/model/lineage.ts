/** What is recorded of one open notebook: asked when somebody looks and something may be new, never in turns. */
import type { ISessionContext } from '@jupyterlab/apputils';
import { DisposableDelegate, type IDisposable } from '@lumino/disposable';
import { type ISignal, Signal } from '@lumino/signaling';

import { reasonWords, ServerProblem } from '../problem';
import type {
  IFindingsModel,
  ILineageModel,
  IServer,
  LineageState
} from '../tokens';
import type { LineageReply } from '../wire';
import { editedCells } from './edited';
import { KernelNews } from './kernelnews';
import { OneByOne } from './onebyone';

/** A look at what nobody said had changed is worth a question once in so many milliseconds. */
const GLANCE = 5000;

/** Where the cells of a notebook stand now, from 1, by their ids. */
export type CellPlaces = ReadonlyMap<string, number>;

/** What the model needs of an open notebook; the document context of JupyterLab has it. */
export interface IOpenNotebook {
  /** As the server names the file. */
  readonly localPath: string;
  readonly pathChanged: ISignal<unknown, string>;
  readonly sessionContext: ISessionContext;
  readonly model: {
    readonly cells: Iterable<{ readonly id: string }> & {
      readonly changed: ISignal<unknown, unknown>;
    };
    /** Empty as long as no kernel has said it. */
    readonly defaultKernelLanguage: string;
  };
}

export class LineageModel implements ILineageModel {
  constructor(
    private readonly _notebook: IOpenNotebook,
    private readonly _server: Pick<IServer, 'lineage'>
  ) {
    this._kernel = new KernelNews(_notebook.sessionContext);
    this._kernel.heard.connect(this._newsWhileWanted, this);
    this._kernel.replaced.connect(this._onKernel, this);
    this._kernel.changed.connect(this._tell, this);
    _notebook.pathChanged.connect(this._newsWhileWanted, this);
    _notebook.model.cells.changed.connect(this._onCells, this);
  }

  get path(): string {
    return this._notebook.localPath;
  }

  get state(): LineageState {
    return this._state;
  }

  get said(): string {
    return this._said;
  }

  get reply(): LineageReply | null {
    return this._reply;
  }

  get edited(): ReadonlySet<string> {
    const ids = [...this._notebook.model.cells].map(each => each.id);
    return editedCells(ids, this._findings, this._reply);
  }

  /** The place of each cell in the notebook, from 1, by its id; another object when it is another order. */
  get cells(): CellPlaces {
    this._cells ??= new Map(
      [...this._notebook.model.cells].map(({ id }, index) => [id, index + 1])
    );
    return this._cells;
  }

  /** Whether its cells can be recorded. */
  get isPython(): boolean {
    const { defaultKernelLanguage } = this._notebook.model;
    return ['', 'python'].includes(defaultKernelLanguage.toLowerCase());
  }

  get hasKernel(): boolean {
    return this._kernel.isAlive;
  }

  get changed(): ISignal<ILineageModel, void> {
    return this._changed;
  }

  /** The kernel has recorded something; emitted whether or not anybody looks. */
  get heard(): ISignal<unknown, void> {
    return this._kernel.heard;
  }

  /** The notebook was closed. */
  get disposed(): ISignal<LineageModel, void> {
    return this._disposed;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  /** The findings of the same notebook: they know the text of the cells as it stands. */
  set findings(findings: IFindingsModel | null) {
    if (findings === this._findings) {
      return;
    }
    this._findings?.changed.disconnect(this._onFindings, this);
    this._knowingTexts?.dispose();
    this._findings = findings;
    this._knowingTexts = null;
    findings?.changed.connect(this._onFindings, this);
    this._knowTexts();
    this._tell();
  }

  want(): IDisposable {
    this._wanted += 1;
    if (this._wanted === 1) {
      this._knowTexts();
      void this.refresh();
    }
    return new DisposableDelegate(() => {
      this._wanted -= 1;
      this._knowTexts();
    });
  }

  /** The person looks here again: something may have changed that nobody told. */
  glance(): void {
    if (this._wanted > 0 && Date.now() - this._asked > GLANCE) {
      void this.refresh();
    }
  }

  /** One question at a time: what is asked meanwhile is asked once more, after. */
  refresh(): Promise<void> {
    return this._questions.run();
  }

  dispose(): void {
    if (this._isDisposed) {
      return;
    }
    this._isDisposed = true;
    this._wanted = 0;
    this._kernel.dispose();
    Signal.disconnectReceiver(this);
    this._knowingTexts?.dispose();
    this._disposed.emit();
    Signal.clearData(this);
  }

  private async _ask(): Promise<void> {
    if (this._isDisposed) {
      return;
    }
    this._asked = Date.now();
    this._set('asking', this._said);
    try {
      const { session } = this._kernel;
      this._reply = await this._server.lineage(this.path, session);
      this._set('known', this._reply.said);
    } catch (reason) {
      const missing =
        reason instanceof ServerProblem && reason.kind === 'missing';
      this._set(missing ? 'missing' : 'failed', reasonWords(reason));
    }
  }

  private _onKernel(): void {
    this._tell();
    this._newsWhileWanted();
  }

  private _onCells(): void {
    this._cells = null;
    this._tell();
  }

  /** The findings ask a server that is away until it is back; then it can be asked for this, too. */
  private _onFindings(): void {
    const state = this._findings?.state;
    if (state === 'missing' || state === 'failed') {
      this._wasAway = true;
    } else if (this._wasAway && state === 'checked') {
      this._wasAway = false;
      this._newsWhileWanted();
    }
    this._tell();
  }

  private _newsWhileWanted(): void {
    if (this._wanted > 0) {
      void this.refresh();
    }
  }

  /** The text of the cells is wanted for as long as the lineage is. */
  private _knowTexts(): void {
    const needed = this._wanted > 0 && this._findings !== null;
    if (needed && this._knowingTexts === null) {
      this._knowingTexts = this._findings!.want();
    } else if (!needed) {
      this._knowingTexts?.dispose();
      this._knowingTexts = null;
    }
  }

  private _set(state: LineageState, said: string): void {
    this._state = state;
    this._said = said;
    this._tell();
  }

  private _tell(): void {
    if (!this._isDisposed) {
      this._changed.emit();
    }
  }

  private readonly _changed = new Signal<this, void>(this);
  private readonly _disposed = new Signal<this, void>(this);
  private readonly _kernel: KernelNews;
  private _asked = 0;
  private _cells: CellPlaces | null = null;
  private _findings: IFindingsModel | null = null;
  private _isDisposed = false;
  private _knowingTexts: IDisposable | null = null;
  private readonly _questions = new OneByOne(() => this._ask());
  private _reply: LineageReply | null = null;
  private _said = '';
  private _state: LineageState = 'off';
  private _wanted = 0;
  private _wasAway = false;
}
