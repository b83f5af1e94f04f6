import { describe, expect, it } from 'vitest';

import type { LineageEdge, LineageNode } from '../wire';
import { bundles, NODE_HEIGHT } from './layout';
import {
  Arrangements,
  leastZoom,
  MARGIN,
  newest,
  READABLE,
  SMALLEST,
  viewOf
} from './viewport';

function node(id: string, kind: LineageNode['kind'] = 'dataset'): LineageNode {
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

function edge(source: string, target: string, cell: number): LineageEdge {
  return {
    source,
    target,
    verb: 'fitted',
    certainty: 'observed',
    cellId: null,
    cell,
    call: null
  };
}

const CHAIN = [node('a'), node('b'), node('m', 'model')];
const CHAINED = [edge('a', 'b', 1), edge('b', 'm', 2)];
const FORK = [...CHAIN, node('n', 'model')];
const FORKED = [...CHAINED, edge('b', 'n', 3)];
const SIDEBAR = { width: 234, height: 300 };

function arrangements(
  nodes: readonly LineageNode[],
  edges: readonly LineageEdge[]
): Arrangements {
  return new Arrangements(nodes, bundles(nodes, edges));
}

describe('the arrangement for a frame', () => {
  it('has narrow nodes only where wide ones do not fit', () => {
    expect(arrangements(CHAIN, CHAINED).best(SIDEBAR, false).shape).toBe(
      'down'
    );
    const fork = arrangements(FORK, FORKED);
    expect(fork.best(SIDEBAR, false).shape).toBe('narrow');
    expect(fork.best({ width: 600, height: 300 }, false).shape).toBe('down');
  });

  it('is that which is larger when all shall be seen', () => {
    const fork = arrangements(FORK, FORKED);
    expect(fork.best({ width: 1200, height: 300 }, true).shape).toBe('right');
    expect(fork.best({ width: 500, height: 800 }, true).shape).toBe('down');
  });
});

describe('the first view', () => {
  it('can be read in a sidebar, with the newest model in it', () => {
    const best = arrangements(FORK, FORKED).best(SIDEBAR, false);
    const frame = { width: 234, height: 200 };
    const view = viewOf(best, newest(FORK, FORKED), frame, READABLE);
    expect(view.zoom).toBeGreaterThanOrEqual(READABLE);
    const { x, y } = best.places.get('n')!;
    const left = view.x + x * view.zoom;
    const right = left + best.nodeWidth * view.zoom;
    const bottom = view.y + (y + NODE_HEIGHT) * view.zoom;
    expect(left).toBeGreaterThanOrEqual(0);
    expect(right).toBeLessThanOrEqual(frame.width);
    expect(bottom).toBeLessThanOrEqual(frame.height - MARGIN.bottom + 1);
  });

  it('is all of a graph for which there is room, and not enlarged', () => {
    const best = arrangements(CHAIN, CHAINED).best(SIDEBAR, false);
    const view = viewOf(best, null, { width: 1000, height: 1000 }, READABLE);
    expect(view.zoom).toBe(1);
    expect(view.y + best.box.top).toBeGreaterThan(MARGIN.top);
  });
});

describe('the smallest zoom', () => {
  it('is smaller beside the details of a node, where all of it then fits', () => {
    const best = arrangements(CHAIN, CHAINED).best(SIDEBAR, false);
    const low = { width: 234, height: 210 };
    expect(leastZoom(best, low, false, false)).toBe(READABLE);
    const least = leastZoom(best, low, false, true);
    expect(least).toBeLessThan(READABLE);
    const { y, zoom } = viewOf(best, 'a', low, least);
    expect(zoom).toBeGreaterThanOrEqual(least);
    expect(y + (best.box.top + best.box.height) * zoom).toBeLessThan(210);
    // Where it does not fit even so, what is seen can be read.
    expect(leastZoom(best, { ...low, height: 100 }, false, true)).toBe(
      READABLE
    );
  });
});

describe('the view of all', () => {
  it('has every node in the frame, whatever the frame', () => {
    for (const frame of [SIDEBAR, { width: 900, height: 90 }]) {
      const best = arrangements(FORK, FORKED).best(frame, true);
      const view = viewOf(best, null, frame, SMALLEST);
      for (const { x, y } of best.places.values()) {
        const [left, top] = [view.x + x * view.zoom, view.y + y * view.zoom];
        expect(left).toBeGreaterThanOrEqual(0);
        expect(top).toBeGreaterThanOrEqual(0);
        expect(left + best.nodeWidth * view.zoom).toBeLessThanOrEqual(
          frame.width
        );
        expect(top + NODE_HEIGHT * view.zoom).toBeLessThanOrEqual(
          frame.height - MARGIN.bottom + 1
        );
      }
    }
  });
});

describe('the newest', () => {
  it('is the model that was made last, not the data read after it', () => {
    const late = [...FORKED, edge('a', 'book', 9)];
    expect(newest([...FORK, node('book', 'notebook')], late)).toBe('n');
    expect(newest([], [])).toBeNull();
  });
});
