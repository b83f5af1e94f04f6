import { YFile, YNotebook } from '@jupyter/ydoc';
import { describe, expect, it } from 'vitest';

import type { CheckReply } from '../wire';
import { Delta } from './delta';
import { rewrite, Texts } from './texts';

function notebook(...sources: string[]): YNotebook {
  const made = new YNotebook({ disableDocumentWideUndoRedo: true });
  made.insertCells(
    0,
    sources.map(source => ({ cell_type: 'code', id: 'same', source }))
  );
  return made;
}

/** Texts that are watched, and their delta, which hears of each change. */
function watched(document: YNotebook | YFile): { texts: Texts; delta: Delta } {
  const texts = new Texts(document);
  const delta = new Delta(texts);
  texts.changed.connect((_, key) => {
    if (key !== null) {
      delta.touch(key);
    }
  });
  texts.watch();
  return { texts, delta };
}

function reply(revision: number, resend = false): CheckReply {
  return { revision, resend, cells: [], rules: 1, problem: null };
}

/** Sources of the next request, which the server takes. */
function sent(delta: Delta): string[] {
  const { cells, revision } = delta.next();
  delta.took(reply(revision));
  return cells.map(cell => cell.source);
}

describe('what is sent', () => {
  it('is everything at first, under keys that are unique', () => {
    const { delta } = watched(notebook('a', 'b'));
    const { base, cells, order } = delta.next();
    expect(base).toBe(0);
    expect(cells.map(cell => cell.source)).toEqual(['a', 'b']);
    expect(order).toEqual(cells.map(cell => cell.key));
    expect(new Set(order).size).toBe(2);
  });

  it('is what has changed after that', () => {
    const document = notebook('a', 'b', 'c');
    const { delta } = watched(document);
    sent(delta);
    expect(delta.pending).toBe(false);
    document.cells[1].setSource('changed');
    expect(delta.pending).toBe(true);
    const { base, cells, order } = delta.next();
    expect(base).toBe(1);
    expect(cells.map(cell => cell.source)).toEqual(['changed']);
    expect(order).toBeNull();
  });

  it('is the order, too, when cells come, go or move', () => {
    const document = notebook('a', 'b', 'c');
    const { delta, texts } = watched(document);
    sent(delta);
    document.insertCell(1, { cell_type: 'code', source: 'new' });
    const added = delta.next();
    delta.took(reply(added.revision));
    expect(added.cells.map(cell => cell.source)).toEqual(['new']);
    expect(added.order).toEqual(texts.order);
    document.deleteCell(0);
    const deleted = delta.next();
    delta.took(reply(deleted.revision));
    expect(deleted.cells).toEqual([]);
    expect(deleted.order).toHaveLength(3);
  });

  it('is nothing when other cells than code come', () => {
    const document = notebook('a');
    const { delta, texts } = watched(document);
    sent(delta);
    document.insertCell(0, { cell_type: 'markdown', source: '# b' });
    expect(delta.pending).toBe(false);
    expect(texts.all[0].index).toBe(1);
  });

  it('waits for the next request when it changes meanwhile', () => {
    const document = notebook('a', 'b');
    const { delta } = watched(document);
    const { revision } = delta.next();
    document.cells[0].setSource('meanwhile');
    delta.took(reply(revision));
    expect(delta.pending).toBe(true);
    expect(sent(delta)).toEqual(['meanwhile']);
  });

  it('is everything when the server does not know the base', () => {
    const { delta } = watched(notebook('a', 'b'));
    sent(delta);
    const { revision } = delta.next();
    expect(delta.took(reply(revision, true))).toBe(false);
    expect(sent(delta)).toEqual(['a', 'b']);
  });

  it('is everything when an answer was lost, and a late one is of no use', () => {
    const { delta } = watched(notebook('a', 'b'));
    const { revision } = delta.next();
    delta.lost();
    expect(delta.took(reply(revision))).toBe(false);
    expect(delta.next().base).toBe(0);
  });

  it('is a file as one text', () => {
    const document = new YFile();
    document.setSource('x');
    const { delta, texts } = watched(document);
    expect(texts.kind).toBe('file');
    expect(sent(delta)).toEqual(['x']);
    document.updateSource(1, 1, 'y');
    expect(sent(delta)).toEqual(['xy']);
  });
});

describe('a text that is rewritten', () => {
  it('is as it was after one undo, which leaves alone what was typed', () => {
    const [cell] = notebook('').cells;
    cell.updateSource(0, 0, 'f(x, y)');
    rewrite(cell, [
      { start: 5, end: 6, text: 'b' },
      { start: 2, end: 3, text: 'a' }
    ]);
    expect(cell.getSource()).toBe('f(a, b)');
    cell.undo();
    expect(cell.getSource()).toBe('f(x, y)');
  });
});
