import { describe, expect, it } from 'vitest';

import type { LineageNode } from '../wire';
import { newest } from './newest';

function node(
  id: string,
  kind: LineageNode['kind'],
  name: string,
  location: string | null
): LineageNode {
  return {
    id,
    kind,
    name,
    location,
    sha256: id,
    size: null,
    documentation: null,
    problem: null,
    facts: {},
    asked: true,
    describable: true,
    pending: false,
    later: null,
    quiet: false
  };
}

describe('newest', () => {
  it('has a model that was trained again once, where it stood', () => {
    const found = newest([
      node('1', 'model', 'm', 'models:/m-1'),
      node('2', 'dataset', 'a.csv', 'a.csv'),
      node('3', 'model', 'm', 'models:/m-2')
    ]);
    expect(found.map(each => each.id)).toEqual(['3', '2']);
  });

  it('keeps files of one name apart, and a model from data of its name', () => {
    const nodes = [
      node('1', 'dataset', 'a.csv', '/x/a.csv'),
      node('2', 'dataset', 'a.csv', '/y/a.csv'),
      node('3', 'model', 'a.csv', null)
    ];
    expect(newest(nodes)).toEqual(nodes);
  });
});
