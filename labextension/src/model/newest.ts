/** Of what was made or read several times, what it is now: the others are history, which the lineage shows. */
import type { LineageNode } from '../wire';

/** Each asset once, by its newest bytes. A file of data is known by its place too, a model by its name alone. */
export function newest(nodes: readonly LineageNode[]): readonly LineageNode[] {
  const found = new Map<string, LineageNode>();
  for (const each of nodes) {
    const place = each.kind === 'dataset' ? each.location : null;
    const key = JSON.stringify([each.kind, each.name, place]);
    // Where the first stood, so that a list keeps its order.
    found.set(key, each);
  }
  return [...found.values()];
}
