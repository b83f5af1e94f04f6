/** One asset of the graph, as a button. */
import { Handle, type Node, type NodeProps, Position } from '@xyflow/react';
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { NODE_HEIGHT } from '../model/layout';
import type { IArrangement, Shape } from '../model/viewport';
import type { LineageNode } from '../wire';
import {
  digestWords,
  DocumentBadge,
  KindIcon,
  kindWord,
  nodeWords
} from './assets';
import { Foreign } from './text';

/** Columns of a name that a node has room for. */
const NAME_ROOM: Readonly<Record<Shape, number>> = {
  down: 24,
  right: 24,
  narrow: 12
};

export type AssetNode = Node<{ readonly node: LineageNode }, 'asset'>;

/** What all nodes know of the graph. */
export interface ISelection {
  readonly selected: string | null;
  /** The node that the Tab key reaches. */
  readonly reachable: string | null;
  readonly shape: Shape;
  readonly trans: TranslationBundle;
  readonly onSelect: (id: string) => void;
  readonly onReach: (id: string) => void;
}

export const Selection = React.createContext<ISelection | null>(null);

const Asset = React.memo(function Asset(
  props: NodeProps<AssetNode>
): React.ReactElement {
  const { node } = props.data;
  const { onReach, onSelect, reachable, selected, shape, trans } =
    React.useContext(Selection)!;
  return (
    <>
      <Handle
        type="target"
        position={shape === 'right' ? Position.Left : Position.Top}
        isConnectable={false}
      />
      <button
        type="button"
        className="jp-AisecNode"
        data-kind={node.kind}
        data-node={node.id}
        tabIndex={reachable === node.id ? 0 : -1}
        aria-label={nodeWords(node, trans)}
        aria-pressed={selected === node.id}
        onFocus={() => {
          onReach(node.id);
        }}
        onClick={() => {
          onSelect(node.id);
        }}
      >
        <span className="jp-AisecNode-head">
          <KindIcon kind={node.kind} />
          <span>{kindWord(node.kind, trans)}</span>
          {node.documentation !== null && (
            <DocumentBadge
              state={node.documentation}
              brief={shape === 'narrow'}
              trans={trans}
            />
          )}
        </span>
        <Foreign
          className="jp-AisecNode-name"
          text={node.name}
          room={NAME_ROOM[shape]}
        />
        <Foreign
          className="jp-AisecNode-digest"
          text={digestWords(node, trans)}
        />
      </button>
      <Handle
        type="source"
        position={shape === 'right' ? Position.Right : Position.Bottom}
        isConnectable={false}
      />
    </>
  );
});

export const NODE_TYPES = { asset: Asset };

/** The node as the graph library wants it, in its place. */
export function flowNode(
  node: LineageNode,
  { nodeWidth, places }: IArrangement
): AssetNode {
  return {
    id: node.id,
    type: 'asset',
    position: { ...places.get(node.id)! },
    width: nodeWidth,
    height: NODE_HEIGHT,
    data: { node }
  };
}
