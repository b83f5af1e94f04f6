import { describe, expect, it } from 'vitest';

import type { ICheckedCell } from '../tokens';
import type { Finding } from '../wire';
import { step, under } from './walk';

function finding(id: string, line: number, from: number, to: number): Finding {
  return {
    id,
    rule: id,
    severity: 'high',
    confidence: 'high',
    message: id,
    range: {
      start: { line, character: from },
      end: { line, character: to }
    },
    fix: null,
    ignore: null
  };
}

function cell(
  key: string,
  index: number,
  ...findings: Finding[]
): ICheckedCell {
  return { key, index, findings, problem: null, sha256: '' };
}

const cells = [
  cell('a', 0),
  cell('b', 1, finding('later', 2, 0, 5), finding('sooner', 0, 4, 9)),
  cell('c', 3, finding('last', 0, 0, 1))
];

function next(
  key: string,
  line: number,
  character: number
): string | undefined {
  return step(cells, { key, at: { line, character } }, true)?.finding.id;
}

function previous(
  key: string,
  line: number,
  character: number
): string | undefined {
  return step(cells, { key, at: { line, character } }, false)?.finding.id;
}

describe('the way through findings', () => {
  it('goes down the text of a cell, then to the next cell', () => {
    expect(next('a', 0, 0)).toBe('sooner');
    expect(next('b', 0, 4)).toBe('later');
    expect(next('b', 2, 0)).toBe('last');
  });

  it('goes back the same way', () => {
    expect(previous('c', 0, 0)).toBe('later');
    expect(previous('b', 2, 0)).toBe('sooner');
  });

  it('goes round at both ends', () => {
    expect(next('c', 0, 0)).toBe('sooner');
    expect(previous('a', 0, 0)).toBe('last');
  });

  it('begins at the first one when nothing has the cursor', () => {
    expect(step(cells, null, true)?.finding.id).toBe('sooner');
    expect(step(cells, null, false)?.finding.id).toBe('last');
  });

  it('ends at once where there are none', () => {
    expect(step([cell('a', 0)], null, true)).toBeNull();
  });
});

describe('the finding under the cursor', () => {
  it('is the one that the cursor touches', () => {
    expect(under(cells, { key: 'b', at: { line: 0, character: 9 } })?.id).toBe(
      'sooner'
    );
  });

  it('is the one on its line otherwise', () => {
    expect(under(cells, { key: 'b', at: { line: 2, character: 30 } })?.id).toBe(
      'later'
    );
    expect(
      under(cells, { key: 'b', at: { line: 1, character: 0 } })
    ).toBeNull();
  });

  it('will do what is wanted', () => {
    const cursor = { key: 'b', at: { line: 0, character: 5 } };
    expect(under(cells, cursor, each => each.fix !== null)).toBeNull();
  });
});
