/** What findings offer to change: the code, or a comment that silences. All edits go through the shared model. */
import type { ISharedText } from '@jupyter/ydoc';

import type { IFindingsModel } from '../tokens';
import type { Finding, Position, TextEdit } from '../wire';
import { positionAt, replacements } from './positions';
import type { Results } from './results';
import { rewrite, type Texts } from './texts';

/** Fixes that lie upon each other are made one after the other, so many times at most. */
const ROUNDS = 5;

/** Edits in the texts of one document. Nothing is changed but the text that a finding is about. */
export class Edits {
  constructor(
    private readonly _texts: Texts,
    private readonly _results: Results,
    private readonly _findings: Pick<IFindingsModel, 'want' | 'fresh'>
  ) {}

  async fix(key: string, id: string): Promise<boolean> {
    const found = await this._find(key, id);
    if (!found?.finding.fix) {
      return false;
    }
    apply(found.shared, found.finding.fix.edits);
    return true;
  }

  async fixSafe(): Promise<number> {
    const wanted = this._findings.want();
    try {
      let total = 0;
      for (let round = 0; round < ROUNDS; round++) {
        const fixed = (await this._findings.fresh()) ? this._fixSafe() : 0;
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

  /** A finding and its text, if it still is about the text as it stands. */
  private async _find(
    key: string,
    id: string
  ): Promise<{ shared: ISharedText; finding: Finding } | null> {
    const wanted = this._findings.want();
    try {
      if (!(await this._findings.fresh())) {
        return null;
      }
      const shared = this._texts.find(key)?.shared;
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
}

/** Make edits that belong together; gives where the first one is. */
function apply(shared: ISharedText, edits: readonly TextEdit[]): number {
  const made = replacements(shared.getSource(), [edits]).edits;
  rewrite(shared, made);
  return made.at(-1)?.start ?? 0;
}
