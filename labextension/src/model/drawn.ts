/** What of a lineage is drawn: a picture leaves out what it would only say twice. */
import type { LineageEdge, LineageNode } from '../wire';

export interface IDrawn {
  readonly nodes: readonly LineageNode[];
  readonly edges: readonly LineageEdge[];
}

/**
 * Without the notebooks whose every asset goes somewhere else as well, where
 * it is seen. The picture in MLflow leaves out the same.
 */
export function drawn({ nodes, edges }: IDrawn): IDrawn {
  const notebooks = new Set(
    nodes.filter(each => each.kind === 'notebook').map(each => each.id)
  );
  const used = new Set(
    edges.flatMap(each => (notebooks.has(each.target) ? [] : [each.source]))
  );
  const made = edges.filter(({ verb }) => verb !== 'read' && verb !== 'loaded');
  made.forEach(each => used.add(each.target));
  const kept = edges.filter(
    each => !notebooks.has(each.target) || !used.has(each.source)
  );
  const needed = new Set(kept.flatMap(each => [each.source, each.target]));
  return {
    nodes: nodes.filter(each => !notebooks.has(each.id) || needed.has(each.id)),
    edges: kept
  };
}
