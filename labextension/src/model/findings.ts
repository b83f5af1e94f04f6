/** The findings of one document: what is known, and how it is kept up to date. */
import { DisposableDelegate, type IDisposable } from '@lumino/disposable';
import { type ISignal, Signal } from '@lumino/signaling';
import type { ISharedText } from '@jupyter/ydoc';

import { ServerProblem } from '../problem';
import type {
  CheckState,
  ICheckedCell,
  IFindingsModel,
  IServer
} from '../tokens';
import type { CheckReply, Finding, Position, TextEdit } from '../wire';
import { Delta } from './delta';
import { positionAt, replacements } from './positions';
import { rewrite, type TextChange, type Texts } from './texts';

/** Milliseconds after the last key. */
const DELAY = 150;
/** Milliseconds until a server that is away is asked again: doubled each time, up to the second. */
const RETRY = [1000, 15000] as const;
/** Fixes that lie upon each other are made one after the other, so many times at most. */
const ROUNDS = 5;

/** What is known of one text. */
export interface IResult {
  readonly findings: readonly Finding[];
  readonly problem: string | null;
  readonly sha256: string;
  /** The text that the findings are about. */
  readonly source: string;
}

const UNKNOWN: IResult = {
  findings: [],
  problem: null,
  sha256: '',
  source: ''
};

export class FindingsModel implements IFindingsModel {
  /** `document` is the page's own name for it, and unique. */
  constructor(
    private readonly _document: string,
    private readonly _texts: Texts,
    private readonly _server: Pick<IServer, 'check' | 'close'>,
    private readonly _delay = DELAY
  ) {
    this._delta = new Delta(_texts);
    _texts.changed.connect(this._onText, this);
  }

  get path(): string {
    return this._path ?? '';
  }

  get kind(): 'notebook' | 'file' {
    return this._texts.kind;
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

  get cells(): readonly ICheckedCell[] {
    this._cells ??= this._texts.all.map(({ key, index }) => {
      const { findings, problem, sha256 } = this._results.get(key) ?? UNKNOWN;
      return { key, index, findings, problem, sha256 };
    });
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
    const key = this._texts.keyOf(shared);
    return key === undefined ? undefined : this._results.get(key);
  }

  keyOf(shared: ISharedText): string | undefined {
    return this._texts.keyOf(shared);
  }

  sharedOf(key: string): ISharedText | undefined {
    return this._texts.find(key)?.shared;
  }

  /** Where the document is, or now is; until this is known, nothing is sent. */
  open(path: string): void {
    if (path === this._path) {
      return;
    }
    this._path = path;
    if (this._state !== 'off') {
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
    this._set('checking');
    this._schedule(0);
    await this._answered();
  }

  /** Whether all is known of the text as it stands, when the answer is there. */
  async fresh(): Promise<boolean> {
    const wanted = this.want();
    try {
      if (this._state === 'checking') {
        this._schedule(0);
        await this._answered();
      }
      return this.state === 'checked';
    } finally {
      wanted.dispose();
    }
  }

  async fix(key: string, id: string): Promise<boolean> {
    const found = await this._find(key, id);
    if (!found?.finding.fix) {
      return false;
    }
    apply(found.shared, found.finding.fix.edits);
    return true;
  }

  async fixSafe(): Promise<number> {
    const wanted = this.want();
    try {
      let total = 0;
      for (let round = 0; round < ROUNDS && (await this.fresh()); round++) {
        const fixed = this._fixSafe();
        if (fixed === 0) {
          break;
        }
        total += fixed;
      }
      return total;
    } finally {
      wanted.dispose();
    }
  }

  async ignore(
    key: string,
    id: string,
    reason: string
  ): Promise<Position | null> {
    const found = await this._find(key, id);
    if (!found?.finding.ignore) {
      return null;
    }
    const { range, text } = found.finding.ignore;
    const comment = text + reason.replace(/\s+/g, ' ').trim();
    const start = apply(found.shared, [{ range, text: comment }]);
    return positionAt(found.shared.getSource(), start + comment.length);
  }

  dispose(): void {
    if (this._isDisposed) {
      return;
    }
    this._isDisposed = true;
    this._wanted = 0;
    this._stop();
    Signal.clearData(this);
  }

  private _start(): void {
    if (this._path === null || this._isDisposed) {
      return;
    }
    this._texts.watch();
    this._set('checking');
    this._schedule(this._delay);
  }

  private _stop(): void {
    if (this._state === 'off') {
      return;
    }
    clearTimeout(this._timer);
    this._texts.unwatch();
    this._delta.lost();
    this._results.clear();
    this._set('off');
    if (!this._asking) {
      this._close();
    }
  }

  private _onText(_: Texts, change: TextChange): void {
    if (change !== null) {
      this._delta.touch(change);
    } else if (!this._delta.pending) {
      // Other cells than code came or went: ours have moved.
      this._set(this._state, this._said);
      return;
    }
    if (this._state === 'missing') {
      return;
    }
    if (this._state !== 'checking') {
      this._set('checking');
    }
    this._schedule(this._delay);
  }

  private _schedule(delay: number): void {
    clearTimeout(this._timer);
    this._timer = setTimeout(() => {
      this._timer = undefined;
      void this._ask();
    }, delay);
  }

  /** Send what has changed. One request at a time; what changes meanwhile goes with the next. */
  private async _ask(): Promise<void> {
    if (this._asking || this._path === null) {
      return;
    }
    this._asking = true;
    try {
      const request = this._delta.next();
      this._take(
        await this._server.check({
          document: this._document,
          path: this._path,
          ...request
        })
      );
      this._retry = RETRY[0];
    } catch (reason) {
      this._fail(reason);
    } finally {
      this._asking = false;
    }
    if (this._wanted === 0) {
      this._close();
    } else if (this._state === 'checking' && this._timer === undefined) {
      await this._ask();
    }
  }

  private _take(reply: CheckReply): void {
    if (!this._delta.took(reply)) {
      return;
    }
    for (const { key, findings, problem, sha256 } of reply.cells) {
      const source = this._delta.sent(key);
      if (source === undefined) {
        continue;
      }
      const before = this._results.get(key);
      this._results.set(
        key,
        problem !== null && before
          ? { ...before, problem, sha256 }
          : { findings, problem, sha256, source }
      );
    }
    this._rules = reply.rules;
    this._checked = new Date();
    if (reply.problem !== null) {
      this._results.clear();
      this._set('refused', reply.problem);
    } else {
      this._set(this._delta.pending ? 'checking' : 'checked');
    }
  }

  private _fail(reason: unknown): void {
    this._delta.lost();
    if (this._state === 'off') {
      return;
    }
    const kind = reason instanceof ServerProblem ? reason.kind : 'refused';
    if (kind === 'missing') {
      clearTimeout(this._timer);
      this._timer = undefined;
      this._results.clear();
    } else if (kind === 'away') {
      this._schedule(this._retry);
      this._retry = Math.min(2 * this._retry, RETRY[1]);
    }
    this._set(
      kind === 'missing' ? 'missing' : 'failed',
      (reason as Error).message
    );
  }

  private _close(): void {
    this._server.close(this._document).catch(() => {
      // The server forgets by itself, in time.
    });
  }

  private _set(state: CheckState, said = ''): void {
    this._state = state;
    this._said = said;
    this._cells = null;
    this._changed.emit();
  }

  /** Until the question that is open is answered, in whatever way. */
  private async _answered(): Promise<void> {
    await new Promise<void>(resolve => {
      const seen = (): void => {
        if (this._state !== 'checking') {
          this._changed.disconnect(seen);
          resolve();
        }
      };
      this._changed.connect(seen);
      seen();
    });
  }

  /** A finding and its text, if it still is about the text as it stands. */
  private async _find(
    key: string,
    id: string
  ): Promise<{ shared: ISharedText; finding: Finding } | null> {
    const wanted = this.want();
    try {
      if (!(await this.fresh())) {
        return null;
      }
      const shared = this.sharedOf(key);
      const result = this._results.get(key);
      const finding = result?.findings.find(each => each.id === id);
      return shared && finding && shared.getSource() === result?.source
        ? { shared, finding }
        : null;
    } finally {
      wanted.dispose();
    }
  }

  /** One round of safe fixes; gives their number. */
  private _fixSafe(): number {
    let fixed = 0;
    for (const { key, shared } of this._texts.all) {
      const result = this._results.get(key);
      const groups = (result?.findings ?? []).flatMap(({ fix }) =>
        fix?.safe ? [fix.edits] : []
      );
      if (groups.length > 0 && shared.getSource() === result?.source) {
        const { taken, edits } = replacements(result.source, groups);
        rewrite(shared, edits);
        fixed += taken;
      }
    }
    return fixed;
  }

  private _path: string | null = null;
  private _state: CheckState = 'off';
  private _said = '';
  private _rules = 0;
  private _checked: Date | null = null;
  private _cells: readonly ICheckedCell[] | null = null;
  private _wanted = 0;
  private _asking = false;
  private _timer: ReturnType<typeof setTimeout> | undefined;
  private _retry: number = RETRY[0];
  private _isDisposed = false;
  private readonly _delta: Delta;
  private readonly _results = new Map<string, IResult>();
  private readonly _changed = new Signal<this, void>(this);
}

/** Make edits that belong together; gives where the first one is. */
function apply(shared: ISharedText, edits: readonly TextEdit[]): number {
  const made = replacements(shared.getSource(), [edits]).edits;
  rewrite(shared, made);
  return made.at(-1)?.start ?? 0;
}
