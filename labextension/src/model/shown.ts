/** The findings of a document as the panel lists them: filtered by severity, and cut where they are many. */
import type { ICheckedCell } from '../tokens';
import type { Finding } from '../wire';
import { compare } from './positions';
import { bySeverity, SEVERITIES, type Severity } from './severity';

/** So many findings of one cell are shown until the person asks for the rest. */
const PER_CELL = 8;

/** So many findings are shown altogether; and so many more each time that more are asked for. */
export const PER_PAGE = 25;

/** A cell and those of its findings that are shown; `more` are not. */
export interface IShownCell {
  readonly cell: ICheckedCell;
  readonly findings: readonly Finding[];
  readonly more: number;
}

export interface IShownFindings {
  readonly cells: readonly IShownCell[];
  /** Findings in the cells that are not shown at all. */
  readonly more: number;
}

export function countBySeverity(
  cells: readonly ICheckedCell[]
): ReadonlyMap<Severity, number> {
  const counts = new Map<Severity, number>(SEVERITIES.map(each => [each, 0]));
  for (const { findings } of cells) {
    for (const { severity } of findings) {
      counts.set(severity, (counts.get(severity) ?? 0) + 1);
    }
  }
  return counts;
}

/**
 * Cells from top to bottom with something to say, worst findings first.
 * Those in `unfolded` are shown whole; `most` bounds the rest of the list.
 */
export function shownFindings(
  cells: readonly ICheckedCell[],
  hidden: ReadonlySet<Severity>,
  unfolded: ReadonlySet<string>,
  most: number
): IShownFindings {
  const shown: IShownCell[] = [];
  let room = most;
  let more = 0;
  for (const cell of cells) {
    const findings = worstFirst(
      cell.findings.filter(f => !hidden.has(f.severity))
    );
    if (findings.length === 0 && cell.problem === null) {
      continue;
    }
    if (room <= 0) {
      more += findings.length;
      continue;
    }
    const count = unfolded.has(cell.key) ? findings.length : PER_CELL;
    const here = findings.slice(0, count);
    shown.push({ cell, findings: here, more: findings.length - here.length });
    // What is unfolded takes nothing away from the cells below.
    room -= Math.min(Math.max(here.length, 1), PER_CELL);
  }
  return { cells: shown, more };
}

function worstFirst(findings: readonly Finding[]): Finding[] {
  return [...findings].sort(
    (one, other) =>
      bySeverity(one, other) || compare(one.range.start, other.range.start)
  );
}
