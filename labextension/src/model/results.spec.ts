import { YNotebook } from '@jupyter/ydoc';
import { describe, expect, it } from 'vitest';

import type { CheckReply, Finding } from '../wire';
import { Results } from './results';
import { Texts } from './texts';

const START = { line: 0, character: 0 };
const RANGE = { start: START, end: START };

const FINDING: Finding = {
  id: 'f1',
  rule: 'a-rule',
  severity: 'high',
  confidence: 'high',
  message: 'It is so.',
  range: RANGE,
  fix: { description: 'mend it', safe: true, edits: [] },
  ignore: { range: RANGE, text: '  # ignore ' }
};

/** A notebook with one finding in each of its cells. */
function known(document: YNotebook): { texts: Texts; results: Results } {
  const texts = new Texts(document);
  const results = new Results(texts);
  take(results, ...texts.order);
  return { texts, results };
}

function take(results: Results, ...keys: string[]): void {
  const cells = keys.map(key => ({
    key,
    findings: [FINDING],
    problem: null,
    sha256: 'aaaa'
  }));
  const reply: CheckReply = {
    revision: 1,
    resend: false,
    rules: 1,
    problem: null,
    cells
  };
  results.take(reply, () => 'the text');
}

function notebook(...sources: string[]): YNotebook {
  const made = new YNotebook({ disableDocumentWideUndoRedo: true });
  made.insertCells(
    0,
    sources.map(source => ({ cell_type: 'code', source }))
  );
  return made;
}

describe('what is known of a text', () => {
  it('offers nothing where people may change nothing', () => {
    const document = notebook('open', 'closed');
    document.cells[1].setMetadata('editable', false);
    const { results } = known(document);
    const offers = results.all.map(
      ({ findings: [{ message, fix, ignore }] }) => [
        message,
        fix !== null,
        ignore !== null
      ]
    );
    expect(offers).toEqual([
      ['It is so.', true, true],
      ['It is so.', false, false]
    ]);
  });

  it('is asked again when a cell is closed to people', () => {
    const document = notebook('open');
    const { texts } = known(document);
    const touched: unknown[] = [];
    texts.changed.connect((_, change) => touched.push(change));
    texts.watch();
    document.cells[0].setMetadata('collapsed', true);
    expect(touched).toEqual([]);
    document.cells[0].setMetadata('editable', false);
    expect(touched).toEqual([texts.order[0]]);
  });

  it('is forgotten with the text', () => {
    const document = notebook('a', 'b');
    const { texts, results } = known(document);
    texts.watch();
    const [first, second] = texts.order;
    document.deleteCell(0);
    take(results, second);
    expect(results.get(first)).toBeUndefined();
    expect(results.get(second)).toBeDefined();
  });
});
