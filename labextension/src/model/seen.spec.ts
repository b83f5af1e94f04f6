import type { ReadonlyPartialJSONValue } from '@lumino/coreutils';
import { describe, expect, it } from 'vitest';

import type { LineageNode } from '../wire';
import { SeenSources } from './seen';

function source(id: string, some: Partial<LineageNode> = {}): LineageNode {
  return {
    id,
    kind: 'dataset',
    name: `${id}.csv`,
    location: null,
    sha256: 'aa',
    size: null,
    documentation: 'missing',
    problem: null,
    facts: {},
    asked: true,
    describable: true,
    pending: false,
    later: null,
    quiet: false,
    ...some
  };
}

function database(): {
  kept: ReadonlyPartialJSONValue | undefined;
  fetch: () => Promise<ReadonlyPartialJSONValue | undefined>;
  save: (id: string, value: ReadonlyPartialJSONValue) => Promise<void>;
} {
  return {
    kept: undefined,
    async fetch() {
      return this.kept;
    },
    async save(_, value) {
      this.kept = value;
    }
  };
}

describe('new data sources', () => {
  it('are new once, in this session and the next', async () => {
    const state = database();
    const seen = new SeenSources(state);
    expect(await seen.see([source('a')])).toEqual(['a.csv']);
    expect(await seen.see([source('a'), source('b')])).toEqual(['b.csv']);
    expect(await new SeenSources(state).see([source('a')])).toEqual([]);
  });

  it('are those that people are asked about and have not described', async () => {
    const seen = new SeenSources(null);
    expect(
      await seen.see([
        source('made', { asked: false }),
        source('described', { documentation: 'documented' }),
        source('half', { documentation: 'incomplete' }),
        source('early', { pending: true })
      ])
    ).toEqual([]);
    expect(await seen.see([source('early')])).toEqual(['early.csv']);
  });

  it('are told again in the next session when that is wanted, and not in this one', async () => {
    const state = database();
    const seen = new SeenSources(state);
    await seen.see([source('a'), source('b')]);
    await seen.again(['a.csv']);
    expect(await seen.see([source('a'), source('b'), source('c')])).toEqual([
      'c.csv'
    ]);
    const next = new SeenSources(state);
    expect(await next.see([source('a'), source('b'), source('c')])).toEqual([
      'a.csv'
    ]);
  });

  it('that somebody put off are told when the day has come', async () => {
    const seen = new SeenSources(database());
    await seen.see([source('a')]);
    const later = '2099-01-01';
    expect(await seen.see([source('a', { later, quiet: true })])).toEqual([]);
    const due = source('a', { later });
    expect(await seen.see([due])).toEqual(['a.csv']);
    expect(await seen.see([due])).toEqual([]);
  });

  it('are remembered within bounds, whatever was kept', async () => {
    const state = database();
    state.kept = { odd: true };
    const seen = new SeenSources(state);
    await seen.see(Array.from({ length: 2000 }, (_, i) => source(`n${i}`)));
    expect((state.kept as unknown as string[]).length).toBeLessThanOrEqual(500);
  });
});
