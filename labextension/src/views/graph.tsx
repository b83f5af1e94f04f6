/** The lineage as a graph; a chunk of its own, because the library is large. */
import {
  Background,
  Controls,
  type Edge,
  MarkerType,
  ReactFlow,
  type ReactFlowInstance
} from '@xyflow/react';
import '@xyflow/react/dist/style.css';
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { bundles, type IBundle, neighbour, NODE_HEIGHT } from '../model/layout';
import {
  Arrangements,
  type IFrame,
  MARGIN,
  newest,
  READABLE,
  type Shape,
  SMALLEST,
  viewOf
} from '../model/viewport';
import type { LineageEdge, LineageNode } from '../wire';
import { edgeWords, verbWord } from './assets';
import { type AssetNode, flowNode, NODE_TYPES, Selection } from './graphnode';

/** Words on the edges of larger graphs would hide more than they say. */
const MOST_LABELS = 40;

/** All is seen, and the buttons hide none of it. */
const FIT = {
  padding: {
    top: `${MARGIN.top}px`,
    x: `${MARGIN.x}px`,
    bottom: `${MARGIN.bottom}px`
  },
  maxZoom: 1
} as const;

/** Which part is seen when the frame or the graph changes: what can be read, all, or what the person moved to. */
type Sight = 'readable' | 'whole' | 'own';

/** Before the frame is measured. */
const WIDE: IFrame = { width: 1000, height: 1000 };

export interface IGraphProps {
  readonly nodes: readonly LineageNode[];
  readonly edges: readonly LineageEdge[];
  readonly selected: string | null;
  readonly onSelect: (id: string) => void;
  /** All of it at first, however small: for large frames. */
  readonly whole: boolean;
  readonly trans: TranslationBundle;
}

export default function LineageGraph(props: IGraphProps): React.ReactElement {
  const { onSelect, selected, trans, whole } = props;
  const box = React.useRef<HTMLDivElement>(null);
  const flow = React.useRef<ReactFlowInstance<AssetNode> | null>(null);
  const sight = React.useRef<Sight>(whole ? 'whole' : 'readable');
  const [reached, setReached] = React.useState<string | null>(null);

  // A reply that says the same is another object: what is drawn changes with what is said.
  const said = JSON.stringify([props.nodes, props.edges]);
  const [all, ways] = React.useMemo(
    () => JSON.parse(said) as [LineageNode[], LineageEdge[]],
    [said]
  );
  const joined = React.useMemo(() => bundles(all, ways), [all, ways]);
  const arrangements = React.useMemo(
    () => new Arrangements(all, joined),
    [all, joined]
  );
  const [frame, setFrame] = React.useState<IFrame>(WIDE);
  const arrangement = arrangements.best(frame, whole);
  const { places, shape } = arrangement;
  const nodes = React.useMemo(
    () => all.map(each => flowNode(each, arrangement)),
    [all, arrangement]
  );
  const edges = React.useMemo(
    () =>
      joined.map(each =>
        flowEdge(
          each,
          joined.length <= MOST_LABELS ? edgeWordsIn(shape) : null,
          trans
        )
      ),
    [joined, shape, trans]
  );

  const anchor = React.useRef<string | null>(null);
  anchor.current =
    selected !== null && places.has(selected) ? selected : newest(all, ways);
  const settle = React.useCallback(() => {
    if (frame !== WIDE && sight.current !== 'own') {
      const least = sight.current === 'whole' ? SMALLEST : READABLE;
      void flow.current?.setViewport(
        viewOf(arrangement, anchor.current, frame, least)
      );
    }
  }, [arrangement, frame]);
  React.useEffect(settle, [settle]);
  React.useEffect(() => {
    const watch = new ResizeObserver(() => {
      const { clientWidth: width, clientHeight: height } = box.current!;
      // Out of sight there is nothing to fit into.
      if (width > 0 && height > 0) {
        setFrame({ width, height });
      }
    });
    watch.observe(box.current!);
    return () => {
      watch.disconnect();
    };
  }, []);

  const reachable =
    reached !== null && places.has(reached)
      ? reached
      : (props.nodes.at(0)?.id ?? null);
  const selection = React.useMemo(
    () => ({
      selected,
      reachable,
      shape,
      trans,
      onSelect,
      onReach: setReached
    }),
    [selected, reachable, shape, trans, onSelect]
  );

  const goTo = (id: string): void => {
    setReached(id);
    const place = places.get(id)!;
    const zoom = flow.current?.getZoom() ?? 1;
    if (!isInView(box.current!, id)) {
      sight.current = 'own';
      void flow.current?.setCenter(
        place.x + arrangement.nodeWidth / 2,
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
        sight.current = 'own';
        void flow.current?.zoomIn();
        break;
      case '-':
        sight.current = 'own';
        void flow.current?.zoomOut();
        break;
      case '0':
        sight.current = 'whole';
        settle();
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
            settle();
          }}
          onMove={event => {
            // Moves of our own have no event.
            if (event !== null) {
              sight.current = 'own';
            }
          }}
          panOnScroll
          minZoom={SMALLEST}
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
              sight.current = 'own';
            }}
            onZoomOut={() => {
              sight.current = 'own';
            }}
            onFitView={() => {
              sight.current = 'whole';
              settle();
            }}
          />
        </ReactFlow>
      </Selection.Provider>
    </div>
  );
}

function flowEdge(
  bundle: IBundle,
  wordsOf: typeof edgeWords | null,
  trans: TranslationBundle
): Edge {
  const words = wordsOf && bundle.edges.map(each => wordsOf(each, trans));
  return {
    id: JSON.stringify([bundle.source, bundle.target]),
    source: bundle.source,
    target: bundle.target,
    className: bundle.inferred ? 'jp-mod-inferred' : 'jp-mod-observed',
    label: words ? [...new Set(words)].join(', ') : undefined,
    markerEnd: { type: MarkerType.ArrowClosed, width: 16, height: 16 }
  };
}

/** Between narrow nodes, there is room for the verb alone. */
function edgeWordsIn(shape: Shape): typeof edgeWords {
  return shape === 'narrow' ? verbWord : edgeWords;
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
