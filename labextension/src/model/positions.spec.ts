import { describe, expect, it } from 'vitest';

import type { Position, TextEdit } from '../wire';
import { offsetAt, positionAt, replacements } from './positions';

function at(line: number, character: number): Position {
  return { line, character };
}

function edit(from: number, to: number, text: string): TextEdit {
  return { range: { start: at(0, from), end: at(0, to) }, text };
}

/** The text after all replacements, made one by one as they come. */
function made(source: string, groups: TextEdit[][]): string {
  return replacements(source, groups).edits.reduce(
    (text, each) =>
      text.slice(0, each.start) + each.text + text.slice(each.end),
    source
  );
}

describe('places', () => {
  const source = 'a = "🎉"\n\nb';

  it('are offsets in UTF-16 units', () => {
    expect(offsetAt(source, at(0, 7))).toBe(7);
    expect(source.slice(offsetAt(source, at(0, 4)), 8)).toBe('"🎉"');
    expect(offsetAt(source, at(2, 1))).toBe(source.length);
  });

  it('beyond the text are its nearest ones', () => {
    expect(offsetAt(source, at(1, 9))).toBe(9);
    expect(offsetAt(source, at(9, 9))).toBe(source.length);
  });

  it('and offsets name each other', () => {
    for (let offset = 0; offset <= source.length; offset++) {
      expect(offsetAt(source, positionAt(source, offset))).toBe(offset);
    }
  });
});

describe('edits', () => {
  it('are made where they say, whatever their order', () => {
    expect(made('f(a, b)', [[edit(2, 3, 'xx'), edit(5, 6, '')]])).toBe(
      'f(xx, )'
    );
  });

  it('that several groups share are made once', () => {
    const both = [
      [edit(0, 0, 'import x; '), edit(0, 1, 'g')],
      [edit(0, 0, 'import x; '), edit(2, 3, 'h')]
    ];
    expect(made('f(a)', both)).toBe('import x; g(h)');
  });

  it('of a group that lies on another are left out as a whole', () => {
    const { taken } = replacements('f(a)', [
      [edit(2, 3, 'x')],
      [edit(0, 1, 'g'), edit(1, 4, '')]
    ]);
    expect(taken).toBe(1);
    expect(
      made('f(a)', [[edit(2, 3, 'x')], [edit(0, 1, 'g'), edit(1, 4, '')]])
    ).toBe('f(x)');
  });
});
