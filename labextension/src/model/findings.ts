/** The findings of one document: what is known, and how far. */
import { DisposableDelegate, type IDisposable } from '@lumino/disposable';
import { type ISignal, Signal } from '@lumino/signaling';
import type { ISharedText } from '@jupyter/ydoc';

import type { ServerProblem } from '../problem';
import type {
  CheckState,
  ICheckedCell,
  IFindingsModel,
  IServer
} from '../tokens';
import type { CheckReply, Position } from '../wire';
import { Delta } from './delta';
import { Edits } from './edits';
import { Inquiry } from './inquiry';
import { type IResult, Results } from './results';
import type { TextChange, Texts } from './texts';
import { until } from './until';

/** Milliseconds after the last key. */
const DELAY = 150;

export class FindingsModel implements IFindingsModel {
  /** `document` is the page's own name for it, and unique. */
  constructor(
    document: string,
    readonly texts: Texts,
    server: Pick<IServer, 'check' | 'close'>
  ) {
    this._delta = new Delta(texts);
    this._results = new Results(texts);
    this._inquiry = new Inquiry(document, this._delta, server);
    this._edits = new Edits(texts, this._results, this);
    this._inquiry.replied.connect(this._onReply, this);
    this._inquiry.failed.connect(this._onProblem, this);
    this._inquiry.late.connect(this._onLate, this);
    texts.changed.connect(this._onText, this);
  }

  get path(): string {
    return this._path ?? '';
  }

  get kind(): 'notebook' | 'file' {
    return this.texts.kind;
  }

  get state(): CheckState {
    return this._state;
  }

  get said(): string {
    return this._said;
  }

  get rules(): number {
    return this._rules;
  }

  get checked(): Date | null {
    return this._checked;
  }

  get isLate(): boolean {
    return this._isLate && this._state === 'checking';
  }

  get cells(): readonly ICheckedCell[] {
    this._cells ??= this._results.all;
    return this._cells;
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  /** What is known of a text; undefined before the first answer. */
  result(shared: ISharedText): IResult | undefined {
    const key = this.texts.keyOf(shared);
    return key === undefined ? undefined : this._results.get(key);
  }

  /** Where the document is, or now is; until this is known, nothing is sent. */
  open(path: string): void {
    if (path === this._path) {
      return;
    }
    this._path = path;
    if (this._state !== 'off') {
      this._inquiry.start(path);
      void this.refresh();
    } else if (this._wanted > 0) {
      this._start();
    }
  }

  want(): IDisposable {
    this._wanted += 1;
    if (this._state === 'off') {
      this._start();
    }
    return new DisposableDelegate(() => {
      this._wanted -= 1;
      // An editor may be done with and another one made in the same breath.
      queueMicrotask(() => {
        if (this._wanted === 0) {
          this._stop();
        }
      });
    });
  }

  async refresh(): Promise<void> {
    if (this._state === 'off') {
      return;
    }
    this._delta.lost();
    this._check(0);
    await until(this._changed, () => this._state !== 'checking');
  }

  async fresh(): Promise<boolean> {
    const wanted = this.want();
    try {
      if (this._state === 'checking') {
        this._check(0);
        await until(
          this._changed,
          () => this._state !== 'checking' || this._isLate
        );
      }
      return this.state === 'checked';
    } finally {
      wanted.dispose();
    }
  }

  async fix(key: string, id: string): Promise<boolean> {
    return this._edits.fix(key, id);
  }

  async fixSafe(): Promise<number> {
    return this._edits.fixSafe();
  }

  async ignore(
    key: string,
    id: string,
    reason: string
  ): Promise<Position | null> {
    return this._edits.ignore(key, id, reason);
  }

  dispose(): void {
    if (this._isDisposed) {
      return;
    }
    this._isDisposed = true;
    this._stop();
    Signal.clearData(this);
  }

  private _start(): void {
    if (this._path === null || this._isDisposed) {
      return;
    }
    this.texts.watch();
    this._inquiry.start(this._path);
    this._check(DELAY);
  }

  private _stop(): void {
    if (this._state === 'off') {
      return;
    }
    this.texts.unwatch();
    this._inquiry.stop();
    this._isLate = false;
    this._forget();
    this._set('off');
  }

  private _onText(_: Texts, change: TextChange): void {
    if (change !== null) {
      this._delta.touch(change);
    }
    const { pending, hasLanguage } = this._delta;
    // Python is refused for its text, all else for its language: then only another one is news.
    const isForeign =
      this._state === 'refused' && this.texts.language !== 'python';
    if (isForeign ? hasLanguage : !pending) {
      // Cells may have come or gone: ours have moved.
      this._set(this._state, this._said);
    } else if (this._state !== 'missing') {
      this._check(DELAY);
    }
  }

  private _check(delay: number): void {
    if (this._state !== 'checking') {
      // What failed before may fail again: its words stand until an answer comes.
      this._set('checking', this._isLate ? this._said : '');
    }
    this._inquiry.plan(delay);
  }

  private _onReply(_: Inquiry, reply: CheckReply): void {
    this._results.take(reply, key => this._delta.sent(key));
    this._rules = reply.rules;
    this._checked = new Date();
    this._isLate = false;
    if (reply.problem !== null) {
      this._forget();
      this._set('refused', reply.problem);
    } else {
      this._set(this._delta.pending ? 'checking' : 'checked');
    }
  }

  private _onProblem(_: Inquiry, { kind, message }: ServerProblem): void {
    if (kind === 'missing') {
      this._forget();
    }
    // Until one answer has come, the next one is late from the beginning.
    this._isLate = true;
    this._set(kind === 'missing' ? 'missing' : 'failed', message);
  }

  private _onLate(): void {
    this._isLate = true;
    this._set(this._state, this._said);
  }

  private _forget(): void {
    this._results.clear();
    this._checked = null;
  }

  private _set(state: CheckState, said = ''): void {
    this._state = state;
    this._said = said;
    this._cells = null;
    this._changed.emit();
  }

  private _path: string | null = null;
  private _state: CheckState = 'off';
  private _said = '';
  private _rules = 0;
  private _checked: Date | null = null;
  private _isLate = false;
  private _cells: readonly ICheckedCell[] | null = null;
  private _wanted = 0;
  private _isDisposed = false;
  private readonly _delta: Delta;
  private readonly _inquiry: Inquiry;
  private readonly _results: Results;
  private readonly _edits: Edits;
  private readonly _changed = new Signal<this, void>(this);
}
