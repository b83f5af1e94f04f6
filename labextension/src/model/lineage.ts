/** What is recorded of one open notebook: asked when somebody looks and something may be new, never in turns. */
import type { ISessionContext } from '@jupyterlab/apputils';
import { DisposableDelegate, type IDisposable } from '@lumino/disposable';
import { type ISignal, Signal } from '@lumino/signaling';

import { ServerProblem } from '../problem';
import type {
  IFindingsModel,
  ILineageModel,
  IServer,
  LineageState
} from '../tokens';
import type { LineageReply } from '../wire';
import { editedCells } from './edited';
import { isAlive, listenToKernel } from './kernelnews';

/** A look at what nobody said had changed is worth a question once in so many milliseconds. */
const GLANCE = 5000;

/** What the model needs of an open notebook; the document context of JupyterLab has it. */
export interface IOpenNotebook {
  /** As the server names the file. */
  readonly localPath: string;
  readonly pathChanged: ISignal<unknown, string>;
  readonly sessionContext: ISessionContext;
  readonly model: {
    readonly cells: Iterable<{ readonly id: string }>;
    /** Empty as long as no kernel has said it. */
    readonly defaultKernelLanguage: string;
  };
}

export class LineageModel implements ILineageModel {
  constructor(
    private readonly _notebook: IOpenNotebook,
    private readonly _server: Pick<IServer, 'lineage'>
  ) {
    this._listening = listenToKernel(_notebook.sessionContext, session => {
      this._session = session;
      this._heard.emit();
      this._newsWhileWanted();
    });
    _notebook.pathChanged.connect(this._newsWhileWanted, this);
    _notebook.sessionContext.kernelChanged.connect(this._onKernel, this);
    _notebook.sessionContext.statusChanged.connect(this._onStatus, this);
    void _notebook.sessionContext.ready.then(() => {
      this._onStatus();
    });
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

  /** Whether its cells can be recorded. */
  get isPython(): boolean {
    const { defaultKernelLanguage } = this._notebook.model;
    return ['', 'python'].includes(defaultKernelLanguage.toLowerCase());
  }

  get hasKernel(): boolean {
    return isAlive(this._notebook.sessionContext);
  }

  get changed(): ISignal<ILineageModel, void> {
    return this._changed;
  }

  /** The kernel has recorded something; emitted whether or not anybody looks. */
  get heard(): ISignal<LineageModel, void> {
    return this._heard;
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
  async refresh(): Promise<void> {
    if (this._asking !== null) {
      this._questions += 1;
      return this._asking;
    }
    this._asking = this._ask();
    try {
      await this._asking;
    } finally {
      this._asking = null;
    }
  }

  dispose(): void {
    if (this._isDisposed) {
      return;
    }
    this._isDisposed = true;
    this._wanted = 0;
    this._listening.dispose();
    this._knowingTexts?.dispose();
    this._disposed.emit();
    Signal.clearData(this);
  }

  private async _ask(): Promise<void> {
    let answered: number;
    do {
      answered = this._questions;
      this._asked = Date.now();
      this._set('asking', this._said);
      try {
        const reply = await this._server.lineage(this.path, this._session);
        if (this._isDisposed) {
          return;
        }
        this._reply = reply;
        this._set('known', reply.said);
      } catch (reason) {
        if (this._isDisposed) {
          return;
        }
        const missing =
          reason instanceof ServerProblem && reason.kind === 'missing';
        this._set(
          missing ? 'missing' : 'failed',
          reason instanceof Error ? reason.message : String(reason)
        );
      }
    } while (answered !== this._questions);
  }

  private _onKernel(): void {
    this._session = null;
    this._tell();
    this._newsWhileWanted();
  }

  private _onStatus(): void {
    if (this.hasKernel !== this._hadKernel) {
      this._hadKernel = this.hasKernel;
      this._tell();
    }
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
  private readonly _heard = new Signal<this, void>(this);
  private readonly _listening: IDisposable;
  private _asked = 0;
  private _asking: Promise<void> | null = null;
  private _findings: IFindingsModel | null = null;
  private _hadKernel = true;
  private _isDisposed = false;
  private _knowingTexts: IDisposable | null = null;
  /** What was asked while a question was open. */
  private _questions = 0;
  private _reply: LineageReply | null = null;
  private _said = '';
  private _session: string | null = null;
  private _state: LineageState = 'off';
  private _wanted = 0;
  private _wasAway = false;
}
