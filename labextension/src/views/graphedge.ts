/** The edges between two assets of the graph, as one line with words. */
import type { TranslationBundle } from '@jupyterlab/translation';
import { type Edge, MarkerType } from '@xyflow/react';

import type { CellPlaces } from '../model/lineage';
import type { IBundle } from '../model/layout';
import type { Shape } from '../model/viewport';
import type { LineageEdge } from '../wire';
import { edgeWords, verbWord } from './assets';

/** Words on the edges of larger graphs would hide more than they say. */
const MOST_LABELS = 40;

/** As the graph library wants them. */
export function flowEdges(
  bundles: readonly IBundle[],
  shape: Shape,
  cells: CellPlaces,
  trans: TranslationBundle
): Edge[] {
  const labelled = bundles.length <= MOST_LABELS;
  return bundles.map(({ edges, inferred, source, target }) => {
    const words = edges.map(each =>
      hasRoom(each, shape, cells)
        ? edgeWords(each, cells, trans)
        : verbWord(each, trans)
    );
    return {
      id: JSON.stringify([source, target]),
      source,
      target,
      className: inferred ? 'jp-mod-inferred' : 'jp-mod-observed',
      label: labelled ? [...new Set(words)].join(', ') : undefined,
      markerEnd: { type: MarkerType.ArrowClosed, width: 16, height: 16 }
    };
  });
}

/** Between narrow nodes, there is room for the verb alone; in a row, not for many more words. */
function hasRoom(
  { cellId }: LineageEdge,
  shape: Shape,
  cells: CellPlaces
): boolean {
  return (
    shape === 'down' ||
    (shape === 'right' && (cellId === null || cells.has(cellId)))
  );
}
