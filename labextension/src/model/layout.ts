/** Where the nodes of a lineage graph stand: sources first, what is made of them after. */
import { graphlib, layout } from '@dagrejs/dagre';

import type { LineageEdge, LineageNode } from '../wire';

export const NODE_WIDTH = 210;
export const NODE_HEIGHT = 58;

/** Of nodes where two shall stand beside each other in a sidebar. */
export const COMPACT_WIDTH = 112;

/** Between these many nodes and more, the quicker way to order is good enough. */
const CROWD = 150;

/** So many nodes of one rank stand beside each other. */
const WIDEST = 8;

/** Between wrapped ranks, there is this much more room than within them; beside each other, room for words. */
const RANK_GAP = { down: 60, right: 96 } as const;

export interface IPoint {
  readonly x: number;
  readonly y: number;
}

/** All edges between the same two nodes, drawn as one. */
export interface IBundle {
  readonly source: string;
  readonly target: string;
  readonly edges: readonly LineageEdge[];
  /** Nobody saw any of them happen: they are concluded from the code. */
  readonly inferred: boolean;
}

/** Edges whose two ends are known, joined where they lead the same way. */
export function bundles(
  nodes: readonly LineageNode[],
  edges: readonly LineageEdge[]
): readonly IBundle[] {
  const known = new Set(nodes.map(each => each.id));
  const byEnds = new Map<string, LineageEdge[]>();
  for (const edge of edges) {
    if (known.has(edge.source) && known.has(edge.target)) {
      const ends = JSON.stringify([edge.source, edge.target]);
      byEnds.set(ends, [...(byEnds.get(ends) ?? []), edge]);
    }
  }
  return [...byEnds.values()].map(all => ({
    source: all[0].source,
    target: all[0].target,
    edges: all,
    inferred: all.every(each => each.certainty === 'inferred')
  }));
}

/** The upper left corner of each node. */
export function positions(
  nodes: readonly LineageNode[],
  joined: readonly IBundle[],
  direction: 'down' | 'right',
  width = NODE_WIDTH
): ReadonlyMap<string, IPoint> {
  const graph = new graphlib.Graph();
  graph.setGraph({
    rankdir: direction === 'down' ? 'TB' : 'LR',
    ranker: nodes.length > CROWD ? 'longest-path' : 'network-simplex',
    nodesep: width < NODE_WIDTH ? 12 : 16,
    ranksep: direction === 'down' ? 44 : 120
  });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const { id } of nodes) {
    graph.setNode(id, { width, height: NODE_HEIGHT });
  }
  for (const { source, target } of joined) {
    if (source !== target) {
      graph.setEdge(source, target);
    }
  }
  layout(graph);
  const centres = new Map<string, IPoint>(
    nodes.map(({ id }) => [id, graph.node(id)])
  );
  return new Map(
    [...wrapped(centres, direction, width)].map(([id, { x, y }]) => [
      id,
      { x: x - width / 2, y: y - NODE_HEIGHT / 2 }
    ])
  );
}

/** A rank of very many nodes would be a thread that nobody can read: it is wrapped into a block. */
function wrapped(
  centres: ReadonlyMap<string, IPoint>,
  direction: 'down' | 'right',
  width: number
): ReadonlyMap<string, IPoint> {
  const [along, across] =
    direction === 'down' ? (['y', 'x'] as const) : (['x', 'y'] as const);
  const ranks = new Map<number, [string, IPoint][]>();
  for (const each of centres) {
    const at = Math.round(each[1][along]);
    ranks.set(at, [...(ranks.get(at) ?? []), each]);
  }
  const longest = Math.max(0, ...[...ranks.values()].map(each => each.length));
  if (longest <= WIDEST) {
    return centres;
  }
  const step =
    direction === 'down'
      ? { along: NODE_HEIGHT + 24, across: width + 16 }
      : { along: width + 24, across: NODE_HEIGHT + 16 };
  // As many beside each other as make the block about as high as it is wide.
  const row = Math.max(
    WIDEST,
    Math.ceil(Math.sqrt((longest * step.along) / step.across))
  );
  const places = new Map<string, IPoint>();
  let line = 0;
  for (const [, rank] of [...ranks].sort(([one], [other]) => one - other)) {
    rank.sort(([, one], [, other]) => one[across] - other[across]);
    for (let begin = 0; begin < rank.length; begin += row) {
      const part = rank.slice(begin, begin + row);
      part.forEach(([id], index) => {
        const aside = (index - (part.length - 1) / 2) * step.across;
        places.set(
          id,
          direction === 'down' ? { x: aside, y: line } : { x: line, y: aside }
        );
      });
      line += step.along;
    }
    line += RANK_GAP[direction];
  }
  return places;
}

/** The node that stands next in a direction, the nearest to straight ahead; null at the rim. */
export function neighbour(
  places: ReadonlyMap<string, IPoint>,
  from: string,
  direction: 'ArrowUp' | 'ArrowDown' | 'ArrowLeft' | 'ArrowRight'
): string | null {
  const here = places.get(from);
  if (here === undefined) {
    return null;
  }
  const upright = direction === 'ArrowUp' || direction === 'ArrowDown';
  const sign = direction === 'ArrowUp' || direction === 'ArrowLeft' ? -1 : 1;
  let best: string | null = null;
  let least = Infinity;
  for (const [id, place] of places) {
    const dx = place.x - here.x;
    const dy = place.y - here.y;
    const ahead = sign * (upright ? dy : dx);
    const aside = Math.abs(upright ? dx : dy);
    // Whoever stands aside is further away than whoever stands ahead.
    const distance = ahead + 2 * aside;
    if (ahead > 1 && distance < least) {
      best = id;
      least = distance;
    }
  }
  return best;
}
