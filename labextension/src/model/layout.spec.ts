import { describe, expect, it } from 'vitest';

import type { LineageEdge, LineageNode } from '../wire';
import {
  bundles,
  neighbour,
  NODE_HEIGHT,
  NODE_WIDTH,
  positions
} from './layout';

function node(id: string): LineageNode {
  return {
    id,
    kind: 'dataset',
    name: id,
    location: null,
    sha256: null,
    size: null,
    documentation: null,
    problem: null,
    facts: {},
    asked: false,
    describable: false,
    pending: false,
    later: null,
    quiet: false
  };
}

function edge(
  source: string,
  target: string,
  certainty: LineageEdge['certainty'] = 'observed'
): LineageEdge {
  return {
    source,
    target,
    verb: 'read',
    certainty,
    cellId: null,
    cell: 1,
    call: null
  };
}

describe('the layout of a lineage', () => {
  it('draws all edges between two nodes as one, inferred only if all are', () => {
    const nodes = ['a', 'b', 'c'].map(node);
    const drawn = bundles(nodes, [
      edge('a', 'b'),
      edge('a', 'b', 'inferred'),
      edge('b', 'c', 'inferred'),
      edge('gone', 'c')
    ]);
    expect(
      drawn.map(each => [each.source, each.target, each.inferred])
    ).toEqual([
      ['a', 'b', false],
      ['b', 'c', true]
    ]);
  });

  it('puts sources before what is made of them', () => {
    const nodes = ['m', 'a', 'b'].map(node);
    const joined = bundles(nodes, [edge('a', 'm'), edge('b', 'm')]);
    const down = positions(nodes, joined, 'down');
    expect(down.get('a')!.y).toBeLessThan(down.get('m')!.y);
    const right = positions(nodes, joined, 'right');
    expect(right.get('b')!.x).toBeLessThan(right.get('m')!.x);
  });

  it('lets no two nodes overlap, circles and loops included', () => {
    const ids = Array.from({ length: 300 }, (_, i) => `n${i}`);
    const nodes = ids.map(node);
    const edges = ids.flatMap((id, i) =>
      [i * 2 + 1, i * 2 + 2, 0, i]
        .filter(to => to < 300)
        .map(to => edge(id, `n${to}`))
    );
    const places = [
      ...positions(nodes, bundles(nodes, edges), 'down').values()
    ];
    for (const one of places) {
      const near = places.filter(
        other =>
          Math.abs(one.x - other.x) < NODE_WIDTH &&
          Math.abs(one.y - other.y) < NODE_HEIGHT
      );
      expect(near).toEqual([one]);
    }
  }, 30_000);

  it('wraps a rank that would be a thread', () => {
    const ids = Array.from({ length: 301 }, (_, i) => `n${i}`);
    const nodes = ids.map(node);
    const joined = bundles(
      nodes,
      ids.slice(1).map(id => edge(id, 'n0'))
    );
    const places = positions(nodes, joined, 'down');
    const xs = [...places.values()].map(each => each.x);
    const ys = [...places.values()].map(each => each.y);
    const width = Math.max(...xs) - Math.min(...xs);
    const height = Math.max(...ys) - Math.min(...ys);
    expect(Math.max(width, height)).toBeLessThan(3 * Math.min(width, height));
    expect(places.get('n0')!.y).toBe(Math.max(...ys));
  });

  it('knows the neighbour in each direction', () => {
    const nodes = ['a', 'b', 'm'].map(node);
    const places = positions(
      nodes,
      bundles(nodes, [edge('a', 'm'), edge('b', 'm')]),
      'down'
    );
    expect(neighbour(places, 'a', 'ArrowDown')).toBe('m');
    expect(neighbour(places, 'm', 'ArrowDown')).toBeNull();
    const [left, right] = ['a', 'b'].sort(
      (one, other) => places.get(one)!.x - places.get(other)!.x
    );
    expect(neighbour(places, left, 'ArrowRight')).toBe(right);
    expect(neighbour(places, right, 'ArrowLeft')).toBe(left);
    expect(neighbour(places, 'gone', 'ArrowUp')).toBeNull();
  });
});
