/** How high the sections of the panel are. */

/** One section that is unfolded. */
export interface IClaim {
  /** The height of its content, in pixels. */
  readonly need: number;
  /** Its part of the room where there is not enough for all. */
  readonly share: number;
  /** Whether more room shows more of it. */
  readonly grows: boolean;
}

/**
 * What each section needs, as long as there is room for all. Else those that
 * need less than their share get what they need, and the others share the
 * rest. What is left goes to the first that grows, or to the last: empty room
 * is at the end.
 */
export function heights(
  claims: readonly IClaim[],
  room: number
): readonly number[] {
  const given = new Map<IClaim, number>();
  let left = room;
  let open = [...claims];
  while (open.length > 0) {
    const shares = open.reduce((sum, each) => sum + each.share, 0);
    const part = left / shares;
    const modest = open.filter(each => each.need <= each.share * part);
    for (const each of modest.length > 0 ? modest : open) {
      const height = modest.length > 0 ? each.need : each.share * part;
      given.set(each, height);
      left -= height;
    }
    open = modest.length > 0 ? open.filter(each => !given.has(each)) : [];
  }
  const heir = claims.find(each => each.grows) ?? claims.at(-1);
  return claims.map(
    each => (given.get(each) ?? 0) + (each === heir ? Math.max(0, left) : 0)
  );
}
