/** The edges between two assets of the graph, as one line with words. */
import type { TranslationBundle } from '@jupyterlab/translation';
import { type Edge, MarkerType } from '@xyflow/react';

import type { CellPlaces } from '../model/lineage';
import type { IBundle } from '../model/layout';
import type { Shape } from '../model/viewport';
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
      // Between narrow nodes, there is room for the verb alone.
      shape === 'narrow' ? verbWord(each, trans) : edgeWords(each, cells, trans)
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
