/** What the kernel of a notebook, whichever it is at the time, lets the page know. */
import type { ISessionContext } from '@jupyterlab/apputils';
import {
  CommsOverSubshells,
  type Kernel,
  type KernelMessage
} from '@jupyterlab/services';
import type { IDisposable } from '@lumino/disposable';
import { type ISignal, Signal } from '@lumino/signaling';

/**
 * The target of the comm that stands open for as long as cells are watched.
 * Its id is what its opening says, for pages that come later.
 */
const TARGET = 'jupyter_aisec';

/** What was loaded and said is gone with the old process. */
const RESTARTS: readonly Kernel.Status[] = ['restarting', 'autorestarting'];

export class KernelNews implements IDisposable {
  constructor(private readonly _sessions: ISessionContext) {
    _sessions.kernelChanged.connect(this._onKernel, this);
    _sessions.statusChanged.connect(this._onStatus, this);
    void _sessions.ready.then(() => {
      this._look();
    });
    this._follow();
  }

  /** What the kernel said last, for the server to understand: which session records. */
  get session(): string | null {
    return this._session;
  }

  /** Whether there is a kernel that may run something, or is about to be one. */
  get isAlive(): boolean {
    if (!this._sessions.isReady) {
      return true;
    }
    const kernel = this._sessions.session?.kernel;
    return (
      kernel !== null &&
      kernel !== undefined &&
      !['dead', 'terminating'].includes(kernel.status)
    );
  }

  /** There is something new: the kernel says so. */
  get heard(): ISignal<this, void> {
    return this._heard;
  }

  /** It is another kernel now. */
  get replaced(): ISignal<this, void> {
    return this._replaced;
  }

  /** It came to life, or is gone. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    this._isDisposed = true;
    Signal.disconnectReceiver(this);
    this._kernel?.removeCommTarget(TARGET, this._onOpen);
    this._kernel = null;
    this._standing?.dispose();
    Signal.clearData(this);
  }

  private readonly _onOpen = (
    comm: Kernel.IComm,
    message: KernelMessage.ICommOpenMsg
  ): void => {
    comm.onMsg = this._onMessage;
    this._onMessage(message);
  };

  private readonly _onMessage = (
    message: KernelMessage.ICommOpenMsg | KernelMessage.ICommMsgMsg
  ): void => {
    const { session } = message.content.data;
    this._say(typeof session === 'string' ? session : null);
  };

  /** The kernel may have said it before this page came. */
  private async _ask(kernel: Kernel.IKernelConnection): Promise<void> {
    let standing: string | undefined;
    try {
      const { content } = await kernel.requestCommInfo({ target_name: TARGET });
      standing =
        content.status === 'ok' ? Object.keys(content.comms).at(0) : undefined;
    } catch {
      // It went away before it answered.
    }
    if (standing === undefined || kernel !== this._kernel) {
      return;
    }
    if (kernel.handleComms && !kernel.hasComm(standing)) {
      const comm = kernel.createComm(TARGET, standing);
      // Else JupyterLab starts a thread in the kernel, and a page that is gone leaves it there.
      comm.commsOverSubshells = CommsOverSubshells.Disabled;
      comm.onMsg = this._onMessage;
      this._standing = comm;
    }
    if (this._session === null) {
      this._say(standing);
    }
  }

  private _say(session: string | null): void {
    this._session = session;
    this._heard.emit();
  }

  private _onKernel(): void {
    this._session = null;
    this._follow();
    this._look();
    this._replaced.emit();
  }

  private _onStatus(_: ISessionContext, status: Kernel.Status): void {
    if (RESTARTS.includes(status) && this._session !== null) {
      this._session = null;
      this._replaced.emit();
    }
    this._look();
  }

  private _follow(): void {
    const now = this._sessions.session?.kernel ?? null;
    if (now !== this._kernel) {
      this._kernel?.removeCommTarget(TARGET, this._onOpen);
      this._kernel = now;
      if (now !== null) {
        now.registerCommTarget(TARGET, this._onOpen);
        void this._ask(now);
      }
    }
  }

  private _look(): void {
    if (!this._isDisposed && this.isAlive !== this._wasAlive) {
      this._wasAlive = this.isAlive;
      this._changed.emit();
    }
  }

  private readonly _changed = new Signal<this, void>(this);
  private readonly _heard = new Signal<this, void>(this);
  private readonly _replaced = new Signal<this, void>(this);
  private _isDisposed = false;
  private _kernel: Kernel.IKernelConnection | null = null;
  private _session: string | null = null;
  private _standing: IDisposable | null = null;
  private _wasAlive = true;
}
