/** When the server is asked for the findings of one document: after a pause, one request at a time. */
import { type ISignal, Signal } from '@lumino/signaling';

import { ServerProblem } from '../problem';
import type { IServer } from '../tokens';
import type { CheckReply } from '../wire';
import type { Delta } from './delta';

/** Milliseconds until a server that is away is asked again: doubled each time, up to the second. */
const RETRY = [1000, 15000] as const;

/** Milliseconds that an answer takes at most, as a rule. */
const USUAL = 2000;

/** On from `start` to `stop`; what changes while a request is under way goes with the next. */
export class Inquiry {
  /** `document` is the page's own name for it, and unique. */
  constructor(
    private readonly _document: string,
    private readonly _delta: Delta,
    private readonly _server: Pick<IServer, 'check' | 'close'>
  ) {}

  /** An answer about what was sent last. */
  get replied(): ISignal<this, CheckReply> {
    return this._replied;
  }

  get failed(): ISignal<this, ServerProblem> {
    return this._failed;
  }

  /** The answer takes longer than usual. */
  get late(): ISignal<this, void> {
    return this._late;
  }

  /** `path` is where the document is, or now is; nothing is sent before something is planned. */
  start(path: string): void {
    this._path = path;
  }

  /** Nobody wants to know any more; the server may forget. */
  stop(): void {
    this._path = null;
    this._cancel();
    this._delta.lost();
    if (!this._asking) {
      this._close();
    }
  }

  /** Ask in so many milliseconds, whatever was planned before. */
  plan(delay: number): void {
    this._cancel();
    this._timer = setTimeout(() => {
      this._timer = undefined;
      void this._ask();
    }, delay);
  }

  private async _ask(): Promise<void> {
    const path = this._path;
    if (this._asking || path === null) {
      return;
    }
    this._asking = true;
    const problem = await this._exchange(path);
    this._asking = false;
    if (this._path === null) {
      this._close();
    } else if (problem) {
      this._fail(problem);
    } else if (this._delta.pending && this._timer === undefined) {
      await this._ask();
    }
  }

  /** One request and its answer; gives why there is none. */
  private async _exchange(path: string): Promise<ServerProblem | null> {
    let reply: CheckReply;
    const clock = setTimeout(() => {
      this._late.emit();
    }, USUAL);
    try {
      reply = await this._server.check({
        document: this._document,
        path,
        ...this._delta.next()
      });
    } catch (reason) {
      this._delta.lost();
      return reason instanceof ServerProblem
        ? reason
        : new ServerProblem('refused', (reason as Error).message);
    } finally {
      clearTimeout(clock);
    }
    this._retry = RETRY[0];
    if (this._delta.took(reply)) {
      this._replied.emit(reply);
    }
    return null;
  }

  private _fail(problem: ServerProblem): void {
    if (problem.kind === 'missing') {
      this._cancel();
    } else if (problem.kind === 'away') {
      this.plan(this._retry);
      this._retry = Math.min(2 * this._retry, RETRY[1]);
    }
    this._failed.emit(problem);
  }

  private _close(): void {
    this._server.close(this._document).catch(() => {
      // The server forgets by itself, in time.
    });
  }

  private _cancel(): void {
    clearTimeout(this._timer);
    this._timer = undefined;
  }

  private readonly _replied = new Signal<this, CheckReply>(this);
  private readonly _failed = new Signal<this, ServerProblem>(this);
  private readonly _late = new Signal<this, void>(this);
  private _path: string | null = null;
  private _asking = false;
  private _timer: ReturnType<typeof setTimeout> | undefined;
  private _retry: number = RETRY[0];
}
