/** How a lineage graph is laid out for its frame, and which part of it is seen first: as much as can be read. */
import type { LineageEdge, LineageNode } from '../wire';
import {
  COMPACT_WIDTH,
  type IBundle,
  type IPoint,
  NODE_HEIGHT,
  NODE_WIDTH,
  positions
} from './layout';

/** Smaller, and the words in the nodes can't be read. */
export const READABLE = 0.92;

/** Smaller, and there is nothing to be seen. */
export const SMALLEST = 0.04;

/** Smaller, and beside the details of a node nobody makes out where it stands. */
const GLIMPSE = 0.66;

/** Pixels between the graph and its frame. */
export const MARGIN = { x: 8, top: 8, bottom: 8 } as const;

/** More nodes than these are not laid out twice to see which is better. */
const CROWD = 150;

export interface IFrame {
  readonly width: number;
  readonly height: number;
}

/** Sources on top, or at the left; on top in narrow nodes, of which two stand beside each other in a sidebar. */
export type Shape = 'down' | 'right' | 'narrow';

export interface IArrangement {
  readonly shape: Shape;
  readonly places: ReadonlyMap<string, IPoint>;
  readonly nodeWidth: number;
  readonly box: { readonly left: number; readonly top: number } & IFrame;
}

/** The arrangements of one graph, each made when it is asked for. */
export class Arrangements {
  constructor(
    private readonly _nodes: readonly LineageNode[],
    private readonly _bundles: readonly IBundle[]
  ) {}

  /** The one in which most can be read; with `whole`, in the frame at once. */
  best(frame: IFrame, whole: boolean): IArrangement {
    const first = this._get(whole ? 'right' : 'down');
    if (this._nodes.length > CROWD) {
      return first;
    }
    if (whole) {
      const other = this._get('down');
      return scale(first, frame) >= scale(other, frame) ? first : other;
    }
    return scaleAcross(first, frame) >= READABLE ? first : this._get('narrow');
  }

  private _get(shape: Shape): IArrangement {
    let made = this._made.get(shape);
    if (made === undefined) {
      const nodeWidth = shape === 'narrow' ? COMPACT_WIDTH : NODE_WIDTH;
      const direction = shape === 'right' ? 'right' : 'down';
      const places = positions(
        this._nodes,
        this._bundles,
        direction,
        nodeWidth
      );
      made = { shape, places, nodeWidth, box: boxOf(places, nodeWidth) };
      this._made.set(shape, made);
    }
    return made;
  }

  private readonly _made = new Map<Shape, IArrangement>();
}

/** The model that was made last, or whatever was made last where there is no model. */
export function newest(
  nodes: readonly LineageNode[],
  edges: readonly LineageEdge[]
): string | null {
  const models = new Set(
    nodes.filter(each => each.kind === 'model').map(each => each.id)
  );
  const made = edges.filter(each => models.has(each.target));
  const last = (made.length > 0 ? made : edges).reduce<LineageEdge | null>(
    (best, each) =>
      best === null || (each.cell ?? 0) >= (best.cell ?? 0) ? each : best,
    null
  );
  return last?.target ?? nodes.at(-1)?.id ?? null;
}

export interface IViewport {
  /** Where the graph's origin stands in the frame. */
  readonly x: number;
  readonly y: number;
  readonly zoom: number;
}

/**
 * How small the graph may get so that all of it is seen: as small as need be
 * with `all`; else so that its words can be read, or, `beside` the details of
 * a node, so that its place can be seen.
 */
export function leastZoom(
  arrangement: IArrangement,
  frame: IFrame,
  all: boolean,
  beside: boolean
): number {
  if (all) {
    return SMALLEST;
  }
  return beside && scale(arrangement, frame) >= GLIMPSE ? GLIMPSE : READABLE;
}

/**
 * All of the graph, where that needs no zoom below `least`. Else what is seen
 * of it so, with `anchor` in the middle at the bottom, and no more empty room
 * than need be.
 */
export function viewOf(
  { box, nodeWidth, places }: IArrangement,
  anchor: string | null,
  frame: IFrame,
  least: number
): IViewport {
  const room = inside(frame);
  const whole = scale({ box }, frame);
  const zoom = Math.min(
    1,
    whole >= least ? whole : Math.max(least, room.width / box.width)
  );
  const here = places.get(anchor ?? '') ?? { x: box.left, y: box.top };
  const seen = { width: room.width / zoom, height: room.height / zoom };
  const x = within(
    here.x + nodeWidth / 2 - seen.width / 2,
    box.left,
    box.left + box.width - seen.width
  );
  const y = within(
    here.y + NODE_HEIGHT - seen.height,
    box.top,
    box.top + box.height - seen.height
  );
  return { x: MARGIN.x - x * zoom, y: MARGIN.top - y * zoom, zoom };
}

/** How much the graph is to be shrunk, or could be grown, to be seen whole. */
function scale({ box }: Pick<IArrangement, 'box'>, frame: IFrame): number {
  return Math.min(
    scaleAcross({ box }, frame),
    inside(frame).height / box.height
  );
}

function scaleAcross(
  { box }: Pick<IArrangement, 'box'>,
  frame: IFrame
): number {
  return inside(frame).width / box.width;
}

function inside({ width, height }: IFrame): IFrame {
  return {
    width: width - 2 * MARGIN.x,
    height: height - MARGIN.top - MARGIN.bottom
  };
}

function boxOf(
  places: ReadonlyMap<string, IPoint>,
  nodeWidth: number
): IArrangement['box'] {
  const all = [...places.values()];
  const left = Math.min(...all.map(each => each.x));
  const top = Math.min(...all.map(each => each.y));
  return {
    left,
    top,
    width: Math.max(...all.map(each => each.x)) + nodeWidth - left,
    height: Math.max(...all.map(each => each.y)) + NODE_HEIGHT - top
  };
}

/** Centred where there is more room than graph. */
function within(at: number, least: number, most: number): number {
  return most < least
    ? (least + most) / 2
    : Math.min(Math.max(at, least), most);
}
