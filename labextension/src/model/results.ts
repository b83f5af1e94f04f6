/** What the last answers said of the texts of one document. */
import type { ICheckedCell } from '../tokens';
import type { CheckReply, Finding } from '../wire';
import { isEditable, type Texts } from './texts';

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
  constructor(private readonly _texts: Texts) {}

  /** Undefined before the first answer. */
  get(key: string): IResult | undefined {
    return this._results.get(key);
  }

  /** What is known of each text. */
  get all(): readonly ICheckedCell[] {
    return this._texts.all.map(({ key, index }) => {
      const { findings, problem, sha256 } = this._results.get(key) ?? UNKNOWN;
      return { key, index, findings, problem, sha256 };
    });
  }

  /** `sent` has the texts that the reply is about. What is known of texts that are gone is forgotten. */
  take({ cells }: CheckReply, sent: (key: string) => string | undefined): void {
    for (const { key, findings, problem, sha256 } of cells) {
      const source = sent(key);
      const shared = this._texts.find(key)?.shared;
      if (source === undefined || shared === undefined) {
        continue;
      }
      const before = this._results.get(key);
      // A text that can't be read as it stands keeps the findings that it had.
      this._results.set(
        key,
        problem !== null && before
          ? { ...before, problem, sha256 }
          : {
              findings: isEditable(shared) ? findings : findings.map(asTold),
              problem,
              sha256,
              source
            }
      );
    }
    for (const key of this._results.keys()) {
      if (!this._texts.find(key)) {
        this._results.delete(key);
      }
    }
  }

  clear(): void {
    this._results.clear();
  }

  private readonly _results = new Map<string, IResult>();
}

/** A finding of which nothing can be done here. */
function asTold(finding: Finding): Finding {
  return { ...finding, fix: null, ignore: null };
}
