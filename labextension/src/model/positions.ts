/** Places in a text: the wire's lines and columns, both in UTF-16 units, and offsets. */
import type { Position, TextEdit } from '../wire';

/** The offset of a place; of the nearest one when the text is shorter. */
export function offsetAt(source: string, at: Position): number {
  let start = 0;
  for (let line = 0; line < at.line; line++) {
    const end = source.indexOf('\n', start);
    if (end < 0) {
      return source.length;
    }
    start = end + 1;
  }
  const end = source.indexOf('\n', start);
  return Math.min(start + at.character, end < 0 ? source.length : end);
}

export function positionAt(source: string, offset: number): Position {
  const before = source.slice(0, offset);
  return {
    line: before.split('\n').length - 1,
    character: before.length - (before.lastIndexOf('\n') + 1)
  };
}

/** Negative when `a` comes before `b`. */
export function compare(a: Position, b: Position): number {
  return a.line - b.line || a.character - b.character;
}

/** Replace what stands from `start` up to `end`. */
export interface IReplacement {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/**
 * Groups of edits as replacements, from the end of the text to its beginning,
 * so that each can be made where it says. A group goes in whole or not at
 * all: one that touches a place of a group before it is left out. What two of
 * them say alike, such as an import, is said once.
 */
export function replacements(
  source: string,
  groups: readonly (readonly TextEdit[])[]
): { taken: number; edits: readonly IReplacement[] } {
  const edits: IReplacement[] = [];
  let taken = 0;
  for (const group of groups) {
    const fresh = group
      .map(each => ({
        start: offsetAt(source, each.range.start),
        end: offsetAt(source, each.range.end),
        text: each.text
      }))
      .filter(each => !edits.some(other => same(each, other)));
    if (fresh.some(each => edits.some(other => touch(each, other)))) {
      continue;
    }
    edits.push(...fresh);
    taken += 1;
  }
  edits.sort((a, b) => b.start - a.start || b.end - a.end);
  return { taken, edits };
}

function same(a: IReplacement, b: IReplacement): boolean {
  return a.start === b.start && a.end === b.end && a.text === b.text;
}

function touch(a: IReplacement, b: IReplacement): boolean {
  return a.start <= b.end && b.start <= a.end;
}
