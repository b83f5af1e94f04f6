/** What the last answers said of the texts of one document. */
import type { ICheckedCell } from '../tokens';
import type { CheckReply, Finding } from '../wire';
import type { IText } from './texts';

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

export class Results {
  /** Undefined before the first answer. */
  get(key: string): IResult | undefined {
    return this._results.get(key);
  }

  /** What is known of each text. */
  of(texts: readonly IText[]): readonly ICheckedCell[] {
    return texts.map(({ key, index }) => {
      const { findings, problem, sha256 } = this._results.get(key) ?? UNKNOWN;
      return { key, index, findings, problem, sha256 };
    });
  }

  /** `sent` has the texts that the reply is about. */
  take({ cells }: CheckReply, sent: (key: string) => string | undefined): void {
    for (const { key, findings, problem, sha256 } of cells) {
      const source = sent(key);
      if (source === undefined) {
        continue;
      }
      const before = this._results.get(key);
      // A text that can't be read as it stands keeps the findings that it had.
      this._results.set(
        key,
        problem !== null && before
          ? { ...before, problem, sha256 }
          : { findings, problem, sha256, source }
      );
    }
  }

  clear(): void {
    this._results.clear();
  }

  private readonly _results = new Map<string, IResult>();
}
