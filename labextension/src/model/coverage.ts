/** What is covered in the project of the current document: asked while somebody looks, and when it is quiet. */
import { DisposableDelegate, type IDisposable } from '@lumino/disposable';
import { type ISignal, Signal } from '@lumino/signaling';

import { reasonWords, ServerProblem } from '../problem';
import type { IFindingsModel, IFindingsTracker, IServer } from '../tokens';
import type { CoverageReply } from '../wire';
import { OneByOne } from './onebyone';

/** Milliseconds without news after which it is looked at anew: a look takes the server a second. */
const QUIET = 3000;

/** Milliseconds after which a server that is away is asked again. */
const AWAY = 15_000;

/** A look at what nobody said had changed is worth a question once in so many milliseconds. */
const GLANCE = 60_000;

export type CoverageState = 'off' | 'asking' | 'known' | 'missing' | 'failed';

/** What is known of the project of one file. */
interface ILook {
  reply: CoverageReply | null;
  /** When it was asked last, in milliseconds; 0 before the first time. */
  asked: number;
  /** Something it is made of has changed since. */
  isOld: boolean;
  /** The id of the model that the person chose; null is the newest. */
  model: string | null;
}

export class CoverageModel {
  constructor(
    private readonly _server: Pick<IServer, 'coverage'>,
    private readonly _findings: Pick<
      IFindingsTracker,
      'current' | 'currentChanged'
    >
  ) {
    _findings.currentChanged.connect(this._onDocument, this);
    this._onDocument();
  }

  /** The document whose project it is; null while none is open. */
  get path(): string | null {
    return this._path;
  }

  get state(): CoverageState {
    return this._state;
  }

  /** Why nothing new is known; empty unless it is missing or failed. */
  get said(): string {
    return this._said;
  }

  get reply(): CoverageReply | null {
    return this._look?.reply ?? null;
  }

  /** Something has changed since it was looked at. */
  get isOld(): boolean {
    return this._look?.isOld ?? false;
  }

  get changed(): ISignal<CoverageModel, void> {
    return this._changed;
  }

  /** It lives as long as the page. */
  readonly isDisposed = false;

  /** Another model than the newest, by its id. */
  choose(model: string): void {
    if (this._look !== null) {
      this._look.model = model;
      void this.refresh();
    }
  }

  /** Something it is made of has changed, in whatever project. */
  news(): void {
    this._looks.forEach(each => {
      each.isOld = true;
    });
    if (this._wanted > 0) {
      this._changed.emit();
      this._plan(QUIET);
    }
  }

  /** The person looks here again: something may have changed that nobody told. */
  glance(): void {
    if (this._wanted > 0 && this._isWorthALook()) {
      void this.refresh();
    }
  }

  want(): IDisposable {
    this._wanted += 1;
    if (this._wanted === 1) {
      this.glance();
    }
    return new DisposableDelegate(() => {
      this._wanted -= 1;
      if (this._wanted === 0) {
        this._cancel();
      }
    });
  }

  /** One question at a time: what is asked meanwhile is asked once more, after. */
  refresh(): Promise<void> {
    this._cancel();
    return this._questions.run();
  }

  private async _ask(): Promise<void> {
    const [path, look] = [this._path, this._look];
    if (path === null || look === null) {
      return;
    }
    look.asked = Date.now();
    look.isOld = false;
    this._set('asking', '');
    try {
      look.reply = await this._server.coverage(path, look.model);
      this._end(look, 'known', '');
    } catch (reason) {
      look.isOld = true;
      const kind = reason instanceof ServerProblem ? reason.kind : 'refused';
      if (kind === 'away') {
        this._plan(AWAY);
      }
      const state = kind === 'missing' ? 'missing' : 'failed';
      this._end(look, state, reasonWords(reason));
    }
  }

  /** What was asked about another document says nothing of how things stand here. */
  private _end(look: ILook, state: CoverageState, said: string): void {
    if (look === this._look) {
      this._set(state, said);
    }
  }

  private _onDocument(): void {
    const current = this._findings.current;
    if (current !== this._document) {
      this._document?.changed.disconnect(this._onFindings, this);
      this._document = current;
      current?.changed.connect(this._onFindings, this);
    }
    this._follow(current);
  }

  /** It may have got another name; and it asks a server that is away until it is back. */
  private _onFindings(findings: IFindingsModel): void {
    this._follow(findings);
    const { state } = findings;
    if (state === 'missing' || state === 'failed') {
      this._wasAway = true;
    } else if (this._wasAway && state === 'checked') {
      this._wasAway = false;
      if (this._wanted > 0) {
        void this.refresh();
      }
    }
  }

  private _follow(current: IFindingsModel | null): void {
    // It has no name before it is opened.
    const path = current === null || current.path === '' ? null : current.path;
    if (path === this._path) {
      return;
    }
    this._path = path;
    this._look = path === null ? null : this._lookAt(path);
    this._set(this.reply === null ? 'off' : 'known', '');
    this.glance();
  }

  private _lookAt(path: string): ILook {
    const known = this._looks.get(path);
    if (known !== undefined) {
      return known;
    }
    const look = { reply: null, asked: 0, isOld: true, model: null };
    this._looks.set(path, look);
    return look;
  }

  private _isWorthALook(): boolean {
    const look = this._look;
    return look !== null && (look.isOld || Date.now() - look.asked > GLANCE);
  }

  private _plan(delay: number): void {
    this._cancel();
    this._timer = setTimeout(() => {
      if (this._wanted > 0) {
        void this.refresh();
      }
    }, delay);
  }

  private _cancel(): void {
    clearTimeout(this._timer);
    this._timer = undefined;
  }

  private _set(state: CoverageState, said: string): void {
    this._state = state;
    this._said = said;
    this._changed.emit();
  }

  private readonly _changed = new Signal<this, void>(this);
  private _document: IFindingsModel | null = null;
  private _look: ILook | null = null;
  private readonly _looks = new Map<string, ILook>();
  private _path: string | null = null;
  private readonly _questions = new OneByOne(() => this._ask());
  private _said = '';
  private _state: CoverageState = 'off';
  private _timer: ReturnType<typeof setTimeout> | undefined;
  private _wanted = 0;
  private _wasAway = false;
}
