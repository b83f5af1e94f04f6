import { describe, expect, it } from 'vitest';

import type { LineageEdge, LineageNode } from '../wire';
import { drawn } from './drawn';

function node(id: string, kind: LineageNode['kind']): LineageNode {
  return {
    id,
    kind,
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
  verb: LineageEdge['verb']
): LineageEdge {
  return {
    source,
    target,
    verb,
    certainty: 'observed',
    cellId: null,
    cell: 1,
    call: null
  };
}

const NOTEBOOK = node('notebook', 'notebook');
const DATA = node('data', 'dataset');

describe('what is drawn of a lineage', () => {
  it('shows the notebook while what it read went nowhere else', () => {
    const read = {
      nodes: [NOTEBOOK, DATA],
      edges: [edge('data', 'notebook', 'read')]
    };
    expect(drawn(read)).toEqual(read);
  });

  it('leaves out the notebook once what it read is seen elsewhere', () => {
    const { nodes, edges } = drawn({
      nodes: [NOTEBOOK, DATA, node('model', 'model')],
      edges: [edge('data', 'notebook', 'read'), edge('data', 'model', 'fitted')]
    });
    expect(nodes.map(each => each.id)).toEqual(['data', 'model']);
    expect(edges.map(each => each.verb)).toEqual(['fitted']);
  });

  it('keeps the notebook for the one that went nowhere', () => {
    const { edges } = drawn({
      nodes: [NOTEBOOK, DATA, node('other', 'dataset'), node('model', 'model')],
      edges: [
        edge('data', 'notebook', 'read'),
        edge('other', 'notebook', 'read'),
        edge('data', 'model', 'fitted')
      ]
    });
    expect(edges.map(each => each.source)).toEqual(['other', 'data']);
  });
});
