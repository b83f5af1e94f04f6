import { Signal } from '@lumino/signaling';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { ServerProblem } from '../problem';
import type { CheckState, IFindingsTracker } from '../tokens';
import type { CoverageReply } from '../wire';
import { CoverageModel } from './coverage';

function reply(limits: string): CoverageReply {
  return {
    at: '2026-02-03T04:05:06+00:00',
    candidate: null,
    models: [],
    start: 'Train a model.',
    rows: [],
    limits,
    source: '',
    problems: [],
    debts: [],
    moreDebts: 0
  };
}

/** A document, as far as the model looks at it. */
class Document {
  readonly changed = new Signal<this, void>(this);
  state: CheckState = 'checked';

  constructor(public path: string) {}

  become(state: CheckState): void {
    this.state = state;
    this.changed.emit();
  }
}

class Tracker {
  readonly currentChanged = new Signal<this, unknown>(this);
  current: Document | null = null;

  open(document: Document | null): void {
    this.current = document;
    this.currentChanged.emit(null);
  }
}

/** Answers when told to. */
class Asked {
  readonly questions: string[] = [];

  readonly coverage = (
    path: string,
    model: string | null
  ): Promise<CoverageReply> => {
    this.questions.push(model === null ? path : `${path} ${model}`);
    return new Promise((resolve, reject) => {
      this._open.push({ resolve, reject });
    });
  };

  async answer(answer: CoverageReply | Error): Promise<void> {
    const { resolve, reject } = this._open.shift()!;
    if (answer instanceof Error) {
      reject(answer);
    } else {
      resolve(answer);
    }
    await vi.advanceTimersByTimeAsync(0);
  }

  private readonly _open: {
    resolve: (reply: CoverageReply) => void;
    reject: (reason: Error) => void;
  }[] = [];
}

function made(...paths: string[]): {
  asked: Asked;
  documents: Document[];
  model: CoverageModel;
  tracker: Tracker;
} {
  const documents = paths.map(each => new Document(each));
  const tracker = new Tracker();
  tracker.current = documents[0];
  const asked = new Asked();
  const model = new CoverageModel(
    asked,
    tracker as unknown as Pick<IFindingsTracker, 'current' | 'currentChanged'>
  );
  return { asked, documents, model, tracker };
}

describe('what is covered', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('is not asked for while nobody looks', async () => {
    const { asked, documents, model, tracker } = made('a.ipynb', 'b.ipynb');
    model.news();
    tracker.open(documents[1]);
    await vi.runAllTimersAsync();
    expect(asked.questions).toEqual([]);
    expect(model.state).toBe('off');
  });

  it('is asked for once when somebody looks', async () => {
    const { asked, model } = made('a.ipynb');
    const first = model.want();
    model.want();
    expect(model.state).toBe('asking');
    await asked.answer(reply('first'));
    expect([model.state, model.reply?.limits]).toEqual(['known', 'first']);
    first.dispose();
    model.want();
    model.glance();
    expect(asked.questions).toEqual(['a.ipynb']);
  });

  it('waits for a document that has no name yet', () => {
    const { asked, documents, model } = made('');
    model.want();
    expect([model.path, asked.questions]).toEqual([null, []]);
    documents[0].path = 'a.ipynb';
    documents[0].changed.emit();
    expect(asked.questions).toEqual(['a.ipynb']);
  });

  it('is old at once when there is news, and asked for again when it is quiet', async () => {
    const { asked, model } = made('a.ipynb');
    model.want();
    await asked.answer(reply('first'));
    for (let cell = 0; cell < 5; cell += 1) {
      model.news();
      await vi.advanceTimersByTimeAsync(2000);
    }
    expect([model.isOld, asked.questions.length]).toEqual([true, 1]);
    await vi.advanceTimersByTimeAsync(2000);
    await asked.answer(reply('second'));
    expect([model.isOld, model.reply?.limits]).toEqual([false, 'second']);
    expect(asked.questions).toHaveLength(2);
  });

  it('is asked for at once when somebody looks after news', async () => {
    const { asked, model } = made('a.ipynb');
    const looking = model.want();
    await asked.answer(reply('first'));
    looking.dispose();
    model.news();
    await vi.runAllTimersAsync();
    expect(asked.questions).toHaveLength(1);
    model.want();
    expect(asked.questions).toHaveLength(2);
  });

  it('of what changes while it is asked for, it says that it is old', async () => {
    const { asked, model } = made('a.ipynb');
    model.want();
    model.news();
    await asked.answer(reply('first'));
    expect(model.isOld).toBe(true);
    await vi.advanceTimersByTimeAsync(3000);
    expect(asked.questions).toHaveLength(2);
  });

  it('is of the document that the person works on', async () => {
    const { asked, documents, model, tracker } = made('a.ipynb', 'b.ipynb');
    model.want();
    tracker.open(documents[1]);
    expect(model.reply).toBeNull();
    await asked.answer(reply('of a'));
    expect([model.reply, model.state]).toEqual([null, 'asking']);
    await asked.answer(reply('of b'));
    expect(model.reply?.limits).toBe('of b');
    tracker.open(documents[0]);
    expect([model.reply?.limits, model.state]).toEqual(['of a', 'known']);
    tracker.open(null);
    expect([model.path, model.reply]).toEqual([null, null]);
    expect(asked.questions).toEqual(['a.ipynb', 'b.ipynb']);
  });

  it('is of the model that was chosen, in its document alone', async () => {
    const { asked, documents, model, tracker } = made('a.ipynb', 'b.ipynb');
    model.want();
    await asked.answer(reply('newest'));
    model.choose('m1');
    await asked.answer(reply('chosen'));
    tracker.open(documents[1]);
    await asked.answer(reply('other'));
    tracker.open(documents[0]);
    model.news();
    await vi.advanceTimersByTimeAsync(3000);
    expect(asked.questions).toEqual([
      'a.ipynb',
      'a.ipynb m1',
      'b.ipynb',
      'a.ipynb m1'
    ]);
  });

  it('stays as it was where the server does not answer, and says why', async () => {
    const { asked, documents, model } = made('a.ipynb');
    model.want();
    await asked.answer(reply('first'));
    void model.refresh();
    await asked.answer(new ServerProblem('away', 'Nobody there.'));
    expect([model.state, model.said]).toEqual(['failed', 'Nobody there.']);
    expect([model.reply?.limits, model.isOld]).toEqual(['first', true]);
    await vi.advanceTimersByTimeAsync(15_000);
    await asked.answer(new ServerProblem('away', 'Nobody there.'));
    documents[0].become('failed');
    documents[0].become('checked');
    await asked.answer(reply('back'));
    expect([model.state, model.said]).toEqual(['known', '']);
    void model.refresh();
    await asked.answer(new ServerProblem('missing', 'Install it.'));
    expect(model.state).toBe('missing');
  });
});
