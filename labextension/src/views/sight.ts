/** Which part of a lineage graph is seen: it follows the room, until the person moves to a part of it. */
import type { ReactFlowInstance } from '@xyflow/react';
import * as React from 'react';

import {
  type Arrangements,
  type IArrangement,
  type IFrame,
  leastZoom,
  viewOf
} from '../model/viewport';
import type { AssetNode } from './graphnode';

/** Before the frame is measured. */
const WIDE: IFrame = { width: 1000, height: 1000 };

type Flow = ReactFlowInstance<AssetNode>;

export interface ISight {
  /** For the element round the graph. */
  readonly box: React.RefObject<HTMLDivElement>;
  readonly arrangement: IArrangement;
  /** The graph can be moved from now on. */
  readonly begin: (flow: Flow) => void;
  /** The person moves, and stays there for as long as the room is the same. */
  readonly move: (how?: (flow: Flow) => Promise<unknown>) => void;
  readonly showAll: () => void;
}

/** `whole`: all of it at first. `selected` has its details beside the graph, and is in view with them. */
export function useSight(
  arrangements: Arrangements,
  selected: string | null,
  newest: string | null,
  whole: boolean
): ISight {
  const box = React.useRef<HTMLDivElement>(null);
  const [flow, setFlow] = React.useState<Flow | null>(null);
  const [frame, setFrame] = React.useState<IFrame | null>(null);
  const all = React.useRef(whole);
  const own = React.useRef(false);
  const arrangement = arrangements.best(frame ?? WIDE, whole);

  // Who selects another node while the room is the same, sees it already.
  const chosen = React.useRef(selected);
  chosen.current = selected;
  const settle = React.useCallback(() => {
    if (flow !== null && frame !== null && !own.current) {
      const beside = chosen.current !== null;
      const least = leastZoom(arrangement, frame, all.current, beside);
      const anchor = chosen.current ?? newest;
      void flow.setViewport(viewOf(arrangement, anchor, frame, least));
    }
  }, [arrangement, flow, frame, newest]);
  React.useEffect(settle, [settle]);

  React.useEffect(() => {
    const pane = paneIn(box.current!);
    let seen: IFrame | null = null;
    const watch = new ResizeObserver(() => {
      const { clientWidth: width, clientHeight: height } = pane;
      // Out of sight there is nothing to fit into.
      const shown = width > 0 && height > 0;
      if (shown && (seen?.width !== width || seen.height !== height)) {
        seen = { width, height };
        own.current = false;
        setFrame(seen);
      }
    });
    watch.observe(pane);
    return () => {
      watch.disconnect();
    };
  }, []);

  return {
    box,
    arrangement,
    begin: setFlow,
    move: how => {
      own.current = true;
      if (flow !== null) {
        void how?.(flow);
      }
    },
    showAll: () => {
      own.current = false;
      all.current = true;
      settle();
    }
  };
}

/** The part of the graph in which its nodes are seen; below it stand the buttons. */
export function paneIn(box: HTMLElement): HTMLElement {
  return box.querySelector<HTMLElement>('.react-flow__renderer')!;
}
