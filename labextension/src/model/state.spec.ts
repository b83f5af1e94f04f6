import { describe, expect, it } from 'vitest';

import { byArea, countStates } from './state';

describe('countStates', () => {
  it('has the worst first, and none that no row is in', () => {
    const states = ['verified', 'missing', 'fail', 'missing'] as const;
    expect(countStates(states.map(state => ({ state })))).toEqual([
      ['fail', 1],
      ['missing', 2],
      ['verified', 1]
    ]);
  });
});

describe('byArea', () => {
  it('keeps areas and rows in their order', () => {
    const rows = [
      { area: 'Design', id: '1.1' },
      { area: 'Design', id: '1.2' },
      { area: 'Operation', id: '4.1' }
    ];
    expect(byArea(rows)).toEqual([
      ['Design', rows.slice(0, 2)],
      ['Operation', rows.slice(2)]
    ]);
  });
});
