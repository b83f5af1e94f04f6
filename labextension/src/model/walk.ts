/** Ways through the findings of a document. */
import type { ICheckedCell, ICursor } from '../tokens';
import type { Finding } from '../wire';
import { compare } from './positions';

/** A finding and its cell. */
export interface IStop {
  readonly key: string;
  readonly finding: Finding;
}

/** All findings, from top to bottom. */
export function stops(cells: readonly ICheckedCell[]): IStop[] {
  return cells.flatMap(({ key, findings }) =>
    [...findings]
      .sort((a, b) => compare(a.range.start, b.range.start))
      .map(finding => ({ key, finding }))
  );
}

/**
 * The finding behind the cursor, or before it; from the last one on to the
 * first. Without a cursor, the first or the last.
 */
export function step(
  cells: readonly ICheckedCell[],
  cursor: ICursor | null,
  forward: boolean
): IStop | null {
  const all = stops(cells);
  if (!forward) {
    all.reverse();
  }
  const rank = new Map(cells.map(({ key }, index) => [key, index]));
  const beyond = ({ key, finding }: IStop): boolean => {
    const here = cursor ? rank.get(cursor.key) : undefined;
    if (!cursor || here === undefined) {
      return true;
    }
    const way =
      (rank.get(key) ?? 0) - here || compare(finding.range.start, cursor.at);
    return forward ? way > 0 : way < 0;
  };
  return all.find(beyond) ?? all.at(0) ?? null;
}

/** Of the findings that will do, the one under the cursor; else the first one on its line. */
export function under(
  cells: readonly ICheckedCell[],
  { key, at }: ICursor,
  willDo: (finding: Finding) => boolean = () => true
): Finding | null {
  const findings = stops(cells.filter(cell => cell.key === key))
    .map(stop => stop.finding)
    .filter(willDo);
  return (
    findings.find(
      ({ range }) =>
        compare(range.start, at) <= 0 && compare(at, range.end) <= 0
    ) ??
    findings.find(
      ({ range }) => range.start.line <= at.line && at.line <= range.end.line
    ) ??
    null
  );
}
