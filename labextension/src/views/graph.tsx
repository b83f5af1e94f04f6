/** The lineage as a graph; a chunk of its own, because the library is large. */
import { Background, Controls, ReactFlow } from '@xyflow/react';
import '@xyflow/react/dist/style.css';
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { bundles, neighbour, NODE_HEIGHT } from '../model/layout';
import type { CellPlaces } from '../model/lineage';
import { Arrangements, MARGIN, newest, SMALLEST } from '../model/viewport';
import type { LineageEdge, LineageNode } from '../wire';
import { flowEdges } from './graphedge';
import { type AssetNode, flowNode, NODE_TYPES, Selection } from './graphnode';
import { paneIn, useSight } from './sight';

/** The room round the graph when the button shows all of it. */
const FIT = {
  padding: {
    top: `${MARGIN.top}px`,
    x: `${MARGIN.x}px`,
    bottom: `${MARGIN.bottom}px`
  },
  maxZoom: 1
} as const;

export interface IGraphProps {
  readonly nodes: readonly LineageNode[];
  readonly edges: readonly LineageEdge[];
  readonly cells: CellPlaces;
  readonly selected: string | null;
  readonly onSelect: (id: string) => void;
  /** All of it at first, however small: for large frames. */
  readonly whole: boolean;
  readonly trans: TranslationBundle;
}

export default function LineageGraph(props: IGraphProps): React.ReactElement {
  const { cells, onSelect, selected, trans, whole } = props;
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
  const { arrangement, begin, box, move, showAll } = useSight(
    arrangements,
    all.some(each => each.id === selected) ? selected : null,
    newest(all, ways),
    whole
  );
  const { places, shape } = arrangement;
  const nodes = React.useMemo(
    () => all.map(each => flowNode(each, arrangement)),
    [all, arrangement]
  );
  const edges = React.useMemo(
    () => flowEdges(joined, shape, cells, trans),
    [joined, shape, cells, trans]
  );

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
    const { x, y } = places.get(id)!;
    if (!isInView(box.current!, id)) {
      move(flow =>
        flow.setCenter(x + arrangement.nodeWidth / 2, y + NODE_HEIGHT / 2, {
          zoom: flow.getZoom()
        })
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
        move(flow => flow.zoomIn());
        break;
      case '-':
        move(flow => flow.zoomOut());
        break;
      case '0':
        showAll();
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
          onInit={flow => {
            // A link on every graph would be in the way of those who go by keyboard.
            box.current
              ?.querySelector('.react-flow__attribution a')
              ?.setAttribute('tabindex', '-1');
            begin(flow);
          }}
          onMove={event => {
            // Moves of our own have no event.
            if (event !== null) {
              move();
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
              move();
            }}
            onZoomOut={() => {
              move();
            }}
            onFitView={showAll}
          />
        </ReactFlow>
      </Selection.Provider>
    </div>
  );
}

function nodeElement(box: HTMLElement, id: string): HTMLElement | null {
  return box.querySelector<HTMLElement>(`[data-node="${CSS.escape(id)}"]`);
}

function isInView(box: HTMLElement, id: string): boolean {
  const node = nodeElement(box, id)?.getBoundingClientRect();
  const view = paneIn(box).getBoundingClientRect();
  return (
    node !== undefined &&
    node.left >= view.left &&
    node.right <= view.right &&
    node.top >= view.top &&
    node.bottom <= view.bottom
  );
}
