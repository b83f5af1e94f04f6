/** What the server does not know yet of a document's texts: only that is sent. */
import type { CheckReply, CheckRequest } from '../wire';
import type { Texts } from './texts';

/**
 * One request is under way at a time: after `next` comes `took` or `lost`,
 * before `next` is called again.
 */
export class Delta {
  constructor(private readonly _texts: Texts) {}

  /** Whether there is something to send. */
  get pending(): boolean {
    return (
      this._revision === 0 ||
      this._changed.size > 0 ||
      this._order !== this._texts.order ||
      !this.hasLanguage
    );
  }

  /** Whether the server was told the language that the document has. */
  get hasLanguage(): boolean {
    return this._language === this._texts.language;
  }

  /** The text of a cell as the server has it. */
  sent(key: string): string | undefined {
    return this._sent.get(key);
  }

  /** The text of a cell is not what was sent. */
  touch(key: string): void {
    this._changed.add(key);
  }

  /** The next request but for the document's names. */
  next(): Omit<CheckRequest, 'document' | 'path'> {
    const { all, order, kind, language } = this._texts;
    const whole = this._revision === 0;
    if (whole) {
      this._sent.clear();
    }
    const cells = all
      .filter(
        ({ key }) => whole || this._changed.has(key) || !this._sent.has(key)
      )
      .map(({ key, shared }) => ({ key, source: shared.getSource() }));
    const changedOrder = whole || this._order !== order;
    if (changedOrder) {
      const there = new Set(order);
      for (const key of this._sent.keys()) {
        if (!there.has(key)) {
          this._sent.delete(key);
        }
      }
    }
    for (const { key, source } of cells) {
      this._sent.set(key, source);
    }
    this._lost = false;
    this._changed.clear();
    this._order = order;
    this._language = language;
    this._next += 1;
    return {
      kind,
      language,
      base: this._revision,
      revision: this._next,
      cells,
      order: changedOrder ? [...order] : null
    };
  }

  /**
   * The server has it now; or asks for everything. False when the reply is of
   * no use: it has no findings, or was asked for before all was `lost`.
   */
  took(reply: CheckReply): boolean {
    if (reply.resend) {
      this.lost();
    }
    if (this._lost) {
      return false;
    }
    this._revision = reply.revision;
    return true;
  }

  /** Nobody knows what the server has: everything is sent next. */
  lost(): void {
    this._lost = true;
    this._revision = 0;
  }

  private _revision = 0;
  private _next = 0;
  private _lost = false;
  private _order: readonly string[] = [];
  private _language = '';
  private readonly _changed = new Set<string>();
  private readonly _sent = new Map<string, string>();
}
