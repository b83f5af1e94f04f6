import { describe, expect, it } from 'vitest';

import type { ICheckedCell } from '../tokens';
import type { Finding } from '../wire';
import type { Severity } from './severity';
import { countBySeverity, shownFindings } from './shown';

function finding(severity: Severity, line = 0): Finding {
  const at = { line, character: 0 };
  return {
    id: `${severity}-${line}`,
    rule: 'some-rule',
    severity,
    confidence: 'high',
    message: 'Something.',
    range: { start: at, end: at },
    fix: null,
    ignore: null
  };
}

function cell(
  index: number,
  findings: Finding[],
  problem: string | null = null
): ICheckedCell {
  return { key: `c${index}`, index, findings, problem, sha256: '' };
}

const many = Array.from({ length: 45 }, (_, line) => finding('high', line));
const none: ReadonlySet<never> = new Set<never>();

describe('the list of findings', () => {
  it('has the worst first, then from top to bottom', () => {
    const mixed = [finding('low', 0), finding('high', 5), finding('high', 2)];
    const { cells } = shownFindings([cell(0, mixed)], none, none, 100);
    expect(cells[0].findings.map(each => each.id)).toEqual([
      'high-2',
      'high-5',
      'low-0'
    ]);
  });

  it('leaves out clean cells and hidden severities, and keeps cells that cannot be read', () => {
    const cells = [
      cell(0, []),
      cell(1, [finding('low')]),
      cell(2, [finding('high')]),
      cell(3, [], 'line 1: a bracket is not closed')
    ];
    const shown = shownFindings(cells, new Set<Severity>(['low']), none, 100);
    expect(shown.cells.map(each => each.cell.index)).toEqual([2, 3]);
  });

  it('cuts a long cell, and unfolds it', () => {
    const folded = shownFindings([cell(0, many)], none, none, 100).cells[0];
    expect(folded.findings.length + folded.more).toBe(45);
    expect(folded.more).toBe(37);
    const whole = shownFindings([cell(0, many)], none, new Set(['c0']), 100);
    expect(whole.cells[0].more).toBe(0);
  });

  it('shows other cells no less for one that is unfolded', () => {
    const cells = [cell(0, many), cell(1, many), cell(2, [finding('low')])];
    for (const unfolded of [none, new Set(['c0'])]) {
      const shown = shownFindings(cells, none, unfolded, 25);
      expect(shown.cells).toHaveLength(3);
      expect(shown.more).toBe(0);
    }
  });

  it('cuts a long list, and says how many are left', () => {
    const cells = Array.from({ length: 500 }, (_, i) =>
      cell(i, [finding('low')])
    );
    const shown = shownFindings(cells, none, none, 100);
    expect(shown.cells).toHaveLength(100);
    expect(shown.more).toBe(400);
  });

  it('counts every severity', () => {
    const counts = countBySeverity([cell(0, many), cell(1, [finding('info')])]);
    expect(counts.get('high')).toBe(45);
    expect(counts.get('info')).toBe(1);
    expect(counts.get('critical')).toBe(0);
  });
});
