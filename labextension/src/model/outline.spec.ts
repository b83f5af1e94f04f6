import { describe, expect, it } from 'vitest';

import type { LineageEdge, LineageNode } from '../wire';
import { outline } from './outline';

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

function edge(source: string, target: string): LineageEdge {
  return {
    source,
    target,
    verb: 'read',
    certainty: 'observed',
    cellId: null,
    cell: 1,
    call: null
  };
}

function lines(
  ids: string,
  edges: LineageEdge[],
  folded: string[] = []
): string[] {
  const nodes = Array.from(ids, node);
  return outline(nodes, edges, new Set(folded)).map(
    row => '-'.repeat(row.level) + row.node.id + (row.repeated ? '*' : '')
  );
}

describe('the outline of a lineage', () => {
  it('begins with what was made, and goes to the sources', () => {
    expect(lines('abm', [edge('a', 'b'), edge('b', 'm')])).toEqual([
      '-m',
      '--b',
      '---a'
    ]);
  });

  it('unfolds a node once', () => {
    const diamond = [edge('a', 'b'), edge('b', 'm'), edge('b', 'n')];
    expect(lines('abmn', diamond)).toEqual(['-m', '--b', '---a', '-n', '--b*']);
  });

  it('joins several ways between the same two', () => {
    const rows = outline(
      [node('a'), node('m')],
      [edge('a', 'm'), edge('a', 'm')]
    );
    expect(rows.map(row => row.edges.length)).toEqual([0, 2]);
  });

  it('shows circles, and edges to nowhere do no harm', () => {
    expect(
      lines('abc', [
        edge('a', 'b'),
        edge('b', 'a'),
        edge('x', 'c'),
        edge('c', 'y')
      ])
    ).toEqual(['-c', '-a', '--b', '---a*']);
  });

  it('hides what is folded', () => {
    expect(lines('abm', [edge('a', 'b'), edge('b', 'm')], ['/m'])).toEqual([
      '-m'
    ]);
  });

  it('is no longer than the graph, however dense', () => {
    const ids = Array.from({ length: 60 }, (_, i) => `n${i}`);
    const dense = ids.flatMap((source, i) =>
      ids.slice(i + 1).map(target => edge(source, target))
    );
    expect(outline(ids.map(node), dense).length).toBeLessThanOrEqual(
      dense.length + 1
    );
  });
});
