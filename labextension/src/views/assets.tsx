/** What an asset is and how far it is documented, in words and shapes. */
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { CellPlaces } from '../model/lineage';
import { shortDigest, visible } from '../model/words';
import type { LineageEdge, LineageNode } from '../wire';

export type AssetKind = LineageNode['kind'];
export type DocumentState = NonNullable<LineageNode['documentation']>;

/** The outlines of the lineage picture in MLflow, in 16 by 16. */
const OUTLINES: Readonly<Record<AssetKind, string>> = {
  dataset: 'M2.5 4a5.5 2 0 0 1 11 0v8a5.5 2 0 0 1-11 0zM2.5 4a5.5 2 0 0 0 11 0',
  model: 'M1 8l4-6h6l4 6-4 6H5z',
  prompt: 'M1.5 2.5h13v9H7l-3 3v-3H1.5z',
  notebook: 'M3 1.5h7l3.5 3.5v9.5H3zM10 1.5V5h3.5',
  service: 'M5 1.5h6L14.5 5v6L11 14.5H5L1.5 11V5z',
  unknown: 'M6 6a2 2 0 1 1 3 1.8c-.8.4-1 .8-1 1.7M8 11.5v.6'
};

const STATE_SHAPES: Readonly<Record<DocumentState, string>> = {
  documented: '●',
  incomplete: '◐',
  stale: '◑',
  missing: '○',
  unknown: '?'
};

export function kindWord(kind: AssetKind, trans: TranslationBundle): string {
  switch (kind) {
    case 'dataset':
      return trans.__('dataset');
    case 'model':
      return trans.__('model');
    case 'prompt':
      return trans.__('prompt');
    case 'notebook':
      return trans.__('notebook');
    case 'service':
      return trans.__('service');
    case 'unknown':
      return trans.__('not seen');
  }
}

export function stateWord(
  state: DocumentState,
  trans: TranslationBundle
): string {
  switch (state) {
    case 'documented':
      return trans.__('documented');
    case 'incomplete':
      return trans.__('document incomplete');
    case 'stale':
      return trans.__('document stale');
    case 'missing':
      return trans.__('document missing');
    case 'unknown':
      return trans.__('document unreadable');
  }
}

/** The state of its document, for those who see the word for the first time. */
function stateSentence(state: DocumentState, trans: TranslationBundle): string {
  switch (state) {
    case 'documented':
      return trans.__('All that is asked about it is answered.');
    case 'incomplete':
      return trans.__('Not all that is asked about it is answered yet.');
    case 'stale':
      return trans.__(
        'It has changed since it was described, or is to be looked at again.'
      );
    case 'missing':
      return trans.__('Nobody has described it yet.');
    case 'unknown':
      return trans.__("The file that describes it can't be read.");
  }
}

/** Verb and cell: `fitted · cell 3 [7]`. */
export function edgeWords(
  edge: LineageEdge,
  cells: CellPlaces,
  trans: TranslationBundle
): string {
  const words = [verbWord(edge, trans), cellWords(edge, cells, trans)];
  return words.filter(Boolean).join(' · ');
}

/** Where the cell stands now, as the findings name it, and the number that Jupyter gave it when it ran. */
function cellWords(
  { cell, cellId }: LineageEdge,
  cells: CellPlaces,
  trans: TranslationBundle
): string {
  const ran = cell === null ? '' : `[${cell}]`;
  if (cellId === null) {
    return ran;
  }
  const place = cells.get(cellId);
  return (
    place === undefined
      ? trans.__('not in this notebook now %1', ran)
      : trans.__('cell %1 %2', place, ran)
  ).trim();
}

export function verbWord(
  { verb }: LineageEdge,
  trans: TranslationBundle
): string {
  switch (verb) {
    case 'read':
      return trans.__('read');
    case 'wrote':
      return trans.__('wrote');
    case 'loaded':
      return trans.__('loaded');
    case 'fitted':
      return trans.__('fitted');
    case 'saved':
      return trans.__('saved');
    case 'logged':
      return trans.__('logged');
  }
}

/** What a dashed line means. */
export function inferredWords(trans: TranslationBundle): string {
  return trans.__(
    'It follows from the code of the cell, and was not seen happening.'
  );
}

/** What is known of the bytes, in a few words; empty where there are none to know of. */
export function digestWords(
  node: LineageNode,
  trans: TranslationBundle
): string {
  if (node.sha256 !== null) {
    return `sha256 ${shortDigest(node.sha256)}`;
  }
  if (node.pending) {
    return trans.__('digest is being computed');
  }
  if (node.problem !== null) {
    return trans.__('no digest: %1', visible(node.problem));
  }
  if (node.kind === 'notebook' || node.kind === 'unknown') {
    return '';
  }
  return node.location === null
    ? trans.__('in memory only')
    : trans.__('digest not known yet');
}

/** Everything about the node that the graph shows, for those who hear it. */
export function nodeWords(node: LineageNode, trans: TranslationBundle): string {
  const words = [kindWord(node.kind, trans), visible(node.name)];
  if (node.documentation !== null) {
    words.push(stateWord(node.documentation, trans));
  }
  return words.join(', ');
}

export function KindIcon(props: {
  readonly kind: AssetKind;
}): React.ReactElement {
  return (
    <svg
      className="jp-AisecKind"
      data-kind={props.kind}
      viewBox="0 0 16 16"
      aria-hidden="true"
    >
      {props.kind === 'unknown' && <circle cx="8" cy="8" r="6.5" />}
      <path d={OUTLINES[props.kind]} />
    </svg>
  );
}

/** The documentation state as shape and word; where there is no room for the word, that is the title. */
export function DocumentBadge(props: {
  readonly state: DocumentState;
  readonly brief?: boolean;
  readonly trans: TranslationBundle;
}): React.ReactElement {
  const { brief = false, state, trans } = props;
  const word = stateWord(state, trans);
  const sentence = stateSentence(state, trans);
  return (
    <span
      className="jp-AisecBadge"
      data-state={state}
      title={brief ? `${word}: ${sentence}` : sentence}
    >
      <span aria-hidden="true">{STATE_SHAPES[state]}</span> {!brief && word}
    </span>
  );
}
