import { describe, expect, it } from 'vitest';

import { heights, type IClaim } from './room';

function claim(need: number, some: Partial<IClaim> = {}): IClaim {
  return { need, share: 1, grows: false, ...some };
}

describe('heights', () => {
  it('gives each what it needs, and the rest to the last', () => {
    expect(heights([claim(100), claim(50), claim(50)], 500)).toEqual([
      100, 50, 350
    ]);
  });

  it('gives the rest to the one that grows', () => {
    const claims = [claim(100), claim(50, { grows: true }), claim(50)];
    expect(heights(claims, 500)).toEqual([100, 350, 50]);
  });

  it('takes from those that need most', () => {
    expect(heights([claim(900), claim(40), claim(60)], 300)).toEqual([
      200, 40, 60
    ]);
  });

  it('shares where all need more than there is', () => {
    const claims = [claim(900, { share: 2 }), claim(800)];
    expect(heights(claims, 300)).toEqual([200, 100]);
  });

  it('fills the room exactly, whatever is asked for', () => {
    for (const room of [0, 1, 333, 10_000]) {
      for (const needs of [[0, 0, 0], [1, 2, 3000], [500, 500, 500], [7]]) {
        const all = heights(
          needs.map((need, at) => claim(need, { share: at + 1 })),
          room
        );
        expect(all.reduce((sum, each) => sum + each, 0)).toBeCloseTo(room);
      }
    }
  });
});
