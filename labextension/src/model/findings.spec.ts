import { YNotebook } from '@jupyter/ydoc';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { ServerProblem } from '../problem';
import type { IServer } from '../tokens';
import type { CheckReply, CheckRequest } from '../wire';
import { FindingsModel } from './findings';
import { Texts } from './texts';

/** Longer than a model waits for the next key. */
const PAUSE = 1000;

/** Longer than an answer takes. */
const LONG = 5000;

/** What was asked of a server that answers so. */
function opened(
  document: YNotebook,
  problem: (request: CheckRequest) => string | null
): { model: FindingsModel; asked: CheckRequest[] } {
  const asked: CheckRequest[] = [];
  const model = wanted(document, request => {
    asked.push(request);
    return Promise.resolve(reply(request, problem(request)));
  });
  return { model, asked };
}

function wanted(document: YNotebook, check: IServer['check']): FindingsModel {
  const model = new FindingsModel('d', new Texts(document), {
    check,
    close: () => Promise.resolve()
  });
  model.open('a.ipynb');
  model.want();
  return model;
}

function reply(
  { revision }: CheckRequest,
  problem: string | null = null
): CheckReply {
  return { revision, resend: false, cells: [], rules: 1, problem };
}

function notebook(language: string): YNotebook {
  const made = new YNotebook({ disableDocumentWideUndoRedo: true });
  made.fromJSON({
    cells: [
      {
        cell_type: 'code',
        source: 'x',
        metadata: {},
        outputs: [],
        execution_count: null
      }
    ],
    metadata: { language_info: { name: language } },
    nbformat: 4,
    nbformat_minor: 5
  });
  return made;
}

function writtenIn({ language }: CheckRequest): string | null {
  return language === 'python' ? null : `written in ${language}`;
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('an answer', () => {
  it('that does not come is late, until it is there', async () => {
    const open: (() => void)[] = [];
    const model = wanted(
      notebook('python'),
      request =>
        new Promise(resolve => {
          open.push(() => {
            resolve(reply(request));
          });
        })
    );
    await vi.advanceTimersByTimeAsync(PAUSE);
    expect([model.state, model.isLate]).toEqual(['checking', false]);
    const fresh = model.fresh();
    await vi.advanceTimersByTimeAsync(LONG);
    expect([model.state, model.isLate]).toEqual(['checking', true]);
    expect(await fresh).toBe(false);
    open.forEach(answer => {
      answer();
    });
    await vi.advanceTimersByTimeAsync(0);
    expect([model.state, model.isLate]).toEqual(['checked', false]);
    expect(model.checked).not.toBeNull();
  });

  it('that failed leaves the next one late from the beginning', async () => {
    const document = notebook('python');
    let isAway = true;
    const model = wanted(document, request =>
      isAway
        ? Promise.reject(new ServerProblem('away', 'nobody there'))
        : Promise.resolve(reply(request))
    );
    await vi.advanceTimersByTimeAsync(PAUSE);
    expect([model.state, model.said]).toEqual(['failed', 'nobody there']);
    document.cells[0].setSource('y');
    expect([model.state, model.isLate]).toEqual(['checking', true]);
    isAway = false;
    await vi.advanceTimersByTimeAsync(PAUSE);
    expect([model.state, model.isLate]).toEqual(['checked', false]);
  });
});

describe('a document that is refused', () => {
  it('for its language is not sent again with each edit', async () => {
    const document = notebook('R');
    const { model, asked } = opened(document, writtenIn);
    await vi.advanceTimersByTimeAsync(PAUSE);
    expect([model.state, model.said]).toEqual(['refused', 'written in R']);
    document.cells[0].setSource('y');
    document.insertCells(0, [{ cell_type: 'markdown', source: '# z' }]);
    document.insertCells(0, [{ cell_type: 'code', source: 'z' }]);
    await vi.advanceTimersByTimeAsync(PAUSE);
    expect([model.state, asked.length]).toEqual(['refused', 1]);
    expect(model.cells.map(cell => cell.index)).toEqual([0, 2]);
  });

  it('for its language is asked about when the person wants it', async () => {
    const { model, asked } = opened(notebook('R'), writtenIn);
    await vi.advanceTimersByTimeAsync(PAUSE);
    const answered = model.refresh();
    await vi.advanceTimersByTimeAsync(PAUSE);
    await answered;
    expect([model.state, asked.length]).toEqual(['refused', 2]);
  });

  it('for its language is sent with all edits when that is another', async () => {
    const document = notebook('R');
    const { model, asked } = opened(document, writtenIn);
    await vi.advanceTimersByTimeAsync(PAUSE);
    document.cells[0].setSource('y');
    document.setMetadata('language_info', { name: 'python' });
    await vi.advanceTimersByTimeAsync(PAUSE);
    expect(model.state).toBe('checked');
    expect(asked.at(-1)?.cells.map(cell => cell.source)).toEqual(['y']);
  });

  it('for its text is sent again with each edit', async () => {
    const document = notebook('python');
    const { model, asked } = opened(document, ({ cells }) =>
      cells.some(cell => cell.source === 'x') ? 'too big' : null
    );
    await vi.advanceTimersByTimeAsync(PAUSE);
    expect(model.state).toBe('refused');
    document.cells[0].setSource('');
    await vi.advanceTimersByTimeAsync(PAUSE);
    expect([model.state, asked.length]).toEqual(['checked', 2]);
  });

  it('has nothing that is known, also while it is sent again', async () => {
    const document = notebook('python');
    const { model } = opened(document, () => 'too big');
    await vi.advanceTimersByTimeAsync(PAUSE);
    document.cells[0].setSource('y');
    expect([model.state, model.checked]).toEqual(['checking', null]);
  });
});
