/** A lineage graph as an outline: what was made, and below each what it was made from. */
import type { LineageEdge, LineageNode } from '../wire';

/** One line of the outline. */
export interface IOutlineRow {
  /** Unique in the outline; a node may stand in it several times. */
  readonly key: string;
  readonly node: LineageNode;
  /** How the node went into the one above it. */
  readonly edges: readonly LineageEdge[];
  /** From 1. */
  readonly level: number;
  readonly position: number;
  readonly siblings: number;
  /** Whether lines below this one belong to it. */
  readonly parent: boolean;
  /** What the node was made from stands further up already. */
  readonly repeated: boolean;
}

/**
 * All rows in order, without those below a row in `folded`. Each node is
 * unfolded once, so that the outline is as long as the graph is large.
 */
export function outline(
  nodes: readonly LineageNode[],
  edges: readonly LineageEdge[],
  folded: ReadonlySet<string> = new Set()
): readonly IOutlineRow[] {
  const byId = new Map(nodes.map(each => [each.id, each]));
  const into = edgesByTarget(edges, byId);
  const used = new Set(
    edges.filter(e => byId.has(e.target)).map(e => e.source)
  );
  const unfolded = new Set<string>();
  const rows: IOutlineRow[] = [];

  const walk = (
    level: number,
    above: string,
    group: readonly (readonly [string, readonly LineageEdge[]])[]
  ): void => {
    group.forEach(([id, ways], index) => {
      const node = byId.get(id);
      if (node === undefined) {
        return;
      }
      const sources = [...(into.get(id) ?? [])];
      const repeated = sources.length > 0 && unfolded.has(id);
      const key = `${above}/${id}`;
      const parent = sources.length > 0 && !repeated;
      unfolded.add(id);
      rows.push({
        key,
        node,
        edges: ways,
        level,
        position: index + 1,
        siblings: group.length,
        parent,
        repeated
      });
      if (parent && !folded.has(key)) {
        walk(level + 1, key, sources);
      }
    });
  };

  const ends = nodes.filter(each => !used.has(each.id));
  // Whatever only goes round in circles has no end to begin with.
  const reached = closure(
    ends.map(each => each.id),
    into
  );
  for (const each of nodes) {
    if (!reached.has(each.id)) {
      ends.push(each);
      closure([each.id], into).forEach(id => reached.add(id));
    }
  }
  walk(
    1,
    '',
    ends.map(each => [each.id, []] as const)
  );
  return rows;
}

type Sources = Map<string, LineageEdge[]>;

function edgesByTarget(
  edges: readonly LineageEdge[],
  known: ReadonlyMap<string, LineageNode>
): ReadonlyMap<string, Sources> {
  const into = new Map<string, Sources>();
  for (const edge of edges) {
    if (!known.has(edge.source) || !known.has(edge.target)) {
      continue;
    }
    const sources = into.get(edge.target) ?? new Map<string, LineageEdge[]>();
    into.set(edge.target, sources);
    const ways = sources.get(edge.source) ?? [];
    sources.set(edge.source, ways);
    ways.push(edge);
  }
  return into;
}

function closure(
  from: readonly string[],
  into: ReadonlyMap<string, Sources>
): Set<string> {
  const reached = new Set<string>(from);
  const open = [...from];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    for (const source of into.get(id)?.keys() ?? []) {
      if (!reached.has(source)) {
        reached.add(source);
        open.push(source);
      }
    }
  }
  return reached;
}
