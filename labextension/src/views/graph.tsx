/** The lineage as a graph; a chunk of its own, because the library is large. */
import {
  Background,
  Controls,
  type Edge,
  Handle,
  MarkerType,
  type Node,
  type NodeProps,
  Position,
  ReactFlow,
  type ReactFlowInstance
} from '@xyflow/react';
import '@xyflow/react/dist/style.css';
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import {
  bundles,
  type IBundle,
  type IPoint,
  neighbour,
  NODE_HEIGHT,
  NODE_WIDTH,
  positions
} from '../model/layout';
import type { LineageEdge, LineageNode } from '../wire';
import {
  digestWords,
  DocumentBadge,
  edgeWords,
  KindIcon,
  kindWord,
  nodeWords
} from './assets';
import { Foreign } from './text';

/** Words on the edges of larger graphs would hide more than they say. */
const MOST_LABELS = 40;

/** All is seen, and the buttons hide none of it. */
const FIT = {
  padding: { top: '8px', left: '8px', right: '8px', bottom: '40px' },
  maxZoom: 1
} as const;

type AssetNode = Node<{ readonly node: LineageNode }, 'asset'>;

interface ISelection {
  readonly selected: string | null;
  /** The node that the Tab key reaches. */
  readonly reachable: string | null;
  readonly across: boolean;
  readonly trans: TranslationBundle;
  readonly onSelect: (id: string) => void;
  readonly onReach: (id: string) => void;
}

const Selection = React.createContext<ISelection | null>(null);

export interface IGraphProps {
  readonly nodes: readonly LineageNode[];
  readonly edges: readonly LineageEdge[];
  readonly selected: string | null;
  readonly onSelect: (id: string) => void;
  /** Sources at the left instead of on top: for wide places. */
  readonly across: boolean;
  readonly trans: TranslationBundle;
}

export default function LineageGraph(props: IGraphProps): React.ReactElement {
  const { across, onSelect, selected, trans } = props;
  const box = React.useRef<HTMLDivElement>(null);
  const flow = React.useRef<ReactFlowInstance<AssetNode> | null>(null);
  const moved = React.useRef(false);
  const [reached, setReached] = React.useState<string | null>(null);

  // A reply that says the same is another object: what is drawn changes with what is said.
  const said = JSON.stringify([props.nodes, props.edges]);
  const { places, nodes, edges } = React.useMemo(() => {
    const [all, ways] = JSON.parse(said) as [LineageNode[], LineageEdge[]];
    const joined = bundles(all, ways);
    const where = positions(all, joined, across ? 'right' : 'down');
    return {
      places: where,
      nodes: all.map(each => flowNode(each, where)),
      edges: joined.map(each =>
        flowEdge(each, joined.length <= MOST_LABELS, trans)
      )
    };
  }, [said, across, trans]);

  const fit = React.useCallback(() => {
    // Out of sight there is nothing to fit into.
    if ((box.current?.clientWidth ?? 0) > 0) {
      void flow.current?.fitView(FIT);
    }
  }, []);
  React.useEffect(() => {
    const watch = new ResizeObserver(() => {
      if (!moved.current) {
        fit();
      }
    });
    watch.observe(box.current!);
    return () => {
      watch.disconnect();
    };
  }, [fit]);
  React.useEffect(() => {
    if (!moved.current) {
      fit();
    }
  }, [fit, nodes]);

  const reachable =
    reached !== null && places.has(reached)
      ? reached
      : (props.nodes.at(0)?.id ?? null);
  const selection = React.useMemo(
    () => ({
      selected,
      reachable,
      across,
      trans,
      onSelect,
      onReach: setReached
    }),
    [selected, reachable, across, trans, onSelect]
  );

  const goTo = (id: string): void => {
    setReached(id);
    const place = places.get(id)!;
    const zoom = flow.current?.getZoom() ?? 1;
    if (!isInView(box.current!, id)) {
      moved.current = true;
      void flow.current?.setCenter(
        place.x + NODE_WIDTH / 2,
        place.y + NODE_HEIGHT / 2,
        { zoom }
      );
    }
    nodeElement(box.current!, id)?.focus({ preventScroll: true });
  };
  const onKeyDown = (event: React.KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) {
      return;
    }
    switch (event.key) {
      case 'ArrowUp':
      case 'ArrowDown':
      case 'ArrowLeft':
      case 'ArrowRight': {
        const next =
          reachable === null ? null : neighbour(places, reachable, event.key);
        if (next !== null) {
          goTo(next);
        }
        break;
      }
      case '+':
      case '=':
        moved.current = true;
        void flow.current?.zoomIn();
        break;
      case '-':
        moved.current = true;
        void flow.current?.zoomOut();
        break;
      case '0':
        moved.current = false;
        fit();
        break;
      default:
        return;
    }
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <div
      ref={box}
      className="jp-AisecGraph"
      role="group"
      aria-label={trans.__(
        'Lineage graph: arrow keys move between assets, plus and minus zoom, 0 shows all'
      )}
      onKeyDown={onKeyDown}
    >
      <Selection.Provider value={selection}>
        <ReactFlow<AssetNode>
          nodes={nodes}
          edges={edges}
          nodeTypes={NODE_TYPES}
          onInit={instance => {
            flow.current = instance;
            fit();
          }}
          onMoveStart={event => {
            // Moves of our own have no event.
            moved.current ||= event !== null;
          }}
          minZoom={0.04}
          maxZoom={2}
          nodesDraggable={false}
          nodesConnectable={false}
          nodesFocusable={false}
          edgesFocusable={false}
          elementsSelectable={false}
          deleteKeyCode={null}
          selectionKeyCode={null}
          multiSelectionKeyCode={null}
          panActivationKeyCode={null}
          zoomActivationKeyCode={null}
          ariaLabelConfig={{
            'controls.ariaLabel': trans.__('Zoom'),
            'controls.zoomIn.ariaLabel': trans.__('Zoom in'),
            'controls.zoomOut.ariaLabel': trans.__('Zoom out'),
            'controls.fitView.ariaLabel': trans.__('Show all')
          }}
        >
          <Background />
          <Controls
            showInteractive={false}
            orientation="horizontal"
            fitViewOptions={FIT}
            onZoomIn={() => {
              moved.current = true;
            }}
            onZoomOut={() => {
              moved.current = true;
            }}
            onFitView={() => {
              moved.current = false;
            }}
          />
        </ReactFlow>
      </Selection.Provider>
    </div>
  );
}

const Asset = React.memo(function Asset(
  props: NodeProps<AssetNode>
): React.ReactElement {
  const { node } = props.data;
  const { across, onReach, onSelect, reachable, selected, trans } =
    React.useContext(Selection)!;
  return (
    <>
      <Handle
        type="target"
        position={across ? Position.Left : Position.Top}
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
            <DocumentBadge state={node.documentation} trans={trans} />
          )}
        </span>
        <Foreign className="jp-AisecNode-name" text={node.name} />
        <Foreign
          className="jp-AisecNode-digest"
          text={digestWords(node, trans)}
        />
      </button>
      <Handle
        type="source"
        position={across ? Position.Right : Position.Bottom}
        isConnectable={false}
      />
    </>
  );
});

const NODE_TYPES = { asset: Asset };

function flowNode(
  node: LineageNode,
  places: ReadonlyMap<string, IPoint>
): AssetNode {
  return {
    id: node.id,
    type: 'asset',
    position: { ...places.get(node.id)! },
    width: NODE_WIDTH,
    height: NODE_HEIGHT,
    data: { node }
  };
}

function flowEdge(
  bundle: IBundle,
  labelled: boolean,
  trans: TranslationBundle
): Edge {
  const words = [...new Set(bundle.edges.map(each => edgeWords(each, trans)))];
  return {
    id: JSON.stringify([bundle.source, bundle.target]),
    source: bundle.source,
    target: bundle.target,
    className: bundle.inferred ? 'jp-mod-inferred' : 'jp-mod-observed',
    label: labelled ? words.join(', ') : undefined,
    markerEnd: { type: MarkerType.ArrowClosed, width: 16, height: 16 }
  };
}

function nodeElement(box: HTMLElement, id: string): HTMLElement | null {
  return box.querySelector<HTMLElement>(`[data-node="${CSS.escape(id)}"]`);
}

function isInView(box: HTMLElement, id: string): boolean {
  const node = nodeElement(box, id)?.getBoundingClientRect();
  const view = box.getBoundingClientRect();
  return (
    node !== undefined &&
    node.left >= view.left &&
    node.right <= view.right &&
    node.top >= view.top &&
    node.bottom <= view.bottom
  );
}
