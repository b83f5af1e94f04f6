import type { ISessionContext } from '@jupyterlab/apputils';
import { Signal } from '@lumino/signaling';
import { describe, expect, it } from 'vitest';

import { ServerProblem } from '../problem';
import type { ICheckedCell, IFindingsModel } from '../tokens';
import type { LineageReply } from '../wire';
import { type IOpenNotebook, LineageModel } from './lineage';

const REPLY: LineageReply = {
  state: 'recorded',
  said: 'Recorded.',
  problem: null,
  nodes: [],
  edges: [],
  cells: [{ cellId: 'c0', number: 1, sha256: 'aaaa' }],
  run: null
};

interface ICommMessage {
  content: { data: object };
}

interface IComm {
  onMsg: ((message: ICommMessage) => void) | null;
}

type CommTarget = (comm: IComm, message: ICommMessage) => void;

/** The cells of a notebook, which come and go. */
class Cells {
  readonly changed = new Signal<this, unknown>(this);

  [Symbol.iterator](): Iterator<{ readonly id: string }> {
    return this._ids.map(id => ({ id })).values();
  }

  set(...ids: string[]): void {
    this._ids = ids;
    this.changed.emit(null);
  }

  private _ids = ['text', 'c0'];
}

/** A notebook with a kernel, as far as the model looks at it. */
class Opened {
  readonly localPath = 'a.ipynb';
  readonly model = { cells: new Cells(), defaultKernelLanguage: 'python' };
  readonly isReady = true;
  readonly ready = Promise.resolve();
  readonly pathChanged = new Signal<this, string>(this);
  readonly kernelChanged = new Signal<this, unknown>(this);
  readonly statusChanged = new Signal<this, unknown>(this);
  readonly targets = new Map<string, CommTarget>();
  comm: IComm = { onMsg: null };
  session: object | null = null;

  /** `standing` is a comm that the kernel had opened before the page came. */
  start(standing?: string): void {
    this.targets.clear();
    this.comm = { onMsg: null };
    this.session = {
      kernel: {
        status: 'idle',
        handleComms: false,
        requestCommInfo: () =>
          Promise.resolve({
            content: {
              status: 'ok',
              comms: standing === undefined ? {} : { [standing]: {} }
            }
          }),
        registerCommTarget: (name: string, target: CommTarget) =>
          this.targets.set(name, target),
        removeCommTarget: (name: string) => this.targets.delete(name)
      }
    };
    this.kernelChanged.emit(null);
  }

  /** By opening its comm and, from then on, over it. */
  says(session: string): void {
    const message = { content: { data: { session } } };
    if (this.comm.onMsg === null) {
      this.targets.get('jupyter_aisec')!(this.comm, message);
    } else {
      this.comm.onMsg(message);
    }
  }

  get sessionContext(): ISessionContext {
    return this as unknown as ISessionContext;
  }
}

/** Answers when told to. */
class Asked {
  readonly questions: (string | null)[] = [];

  readonly lineage = (
    _: string,
    session: string | null
  ): Promise<LineageReply> => {
    this.questions.push(session);
    return new Promise((resolve, reject) => {
      this._open.push({ resolve, reject });
    });
  };

  async answer(reply: LineageReply | Error = REPLY): Promise<void> {
    const { resolve, reject } = this._open.shift()!;
    if (reply instanceof Error) {
      reject(reply);
    } else {
      resolve(reply);
    }
    await Promise.resolve();
    await Promise.resolve();
    await Promise.resolve();
  }

  private readonly _open: {
    resolve: (reply: LineageReply) => void;
    reject: (reason: Error) => void;
  }[] = [];
}

function made(): { opened: Opened; asked: Asked; model: LineageModel } {
  const opened = new Opened();
  const asked = new Asked();
  const model = new LineageModel(opened satisfies IOpenNotebook, asked);
  return { opened, asked, model };
}

describe('the lineage of a notebook', () => {
  it('is not asked for while nobody wants to know', () => {
    const { asked, model, opened } = made();
    let heard = 0;
    model.heard.connect(() => (heard += 1));
    opened.start();
    opened.says('s1');
    expect(asked.questions).toEqual([]);
    expect(model.state).toBe('off');
    expect(heard).toBe(1);
  });

  it('is asked for at first, and again when the kernel says something', async () => {
    const { asked, model, opened } = made();
    opened.start();
    model.want();
    expect(model.state).toBe('asking');
    await asked.answer();
    expect(model.state).toBe('known');
    opened.says('s1');
    await asked.answer();
    expect(asked.questions).toEqual([null, 's1']);
  });

  it('asks one question at a time, and once more for all that came meanwhile', async () => {
    const { asked, model, opened } = made();
    opened.start();
    model.want();
    opened.says('s1');
    opened.says('s1');
    opened.says('s1');
    expect(asked.questions).toHaveLength(1);
    await asked.answer();
    expect(asked.questions).toHaveLength(2);
    await asked.answer();
    expect(asked.questions).toHaveLength(2);
  });

  it('hears the kernel that came after', async () => {
    const { asked, model, opened } = made();
    opened.start();
    model.want();
    await asked.answer();
    opened.says('s1');
    await asked.answer();
    opened.start();
    await asked.answer();
    opened.says('s2');
    await asked.answer();
    expect(asked.questions).toEqual([null, 's1', null, 's2']);
  });

  it('hands on what the kernel had said before the page came', async () => {
    const { asked, model, opened } = made();
    model.want();
    await asked.answer();
    opened.start('watching');
    await asked.answer();
    await asked.answer();
    expect(asked.questions).toEqual([null, null, 'watching']);
    opened.says('s1');
    await asked.answer();
    expect(asked.questions.at(-1)).toBe('s1');
  });

  it('forgets with a restart what the kernel had said', async () => {
    const { asked, model, opened } = made();
    opened.start();
    model.want();
    await asked.answer();
    opened.says('watching');
    await asked.answer();
    opened.statusChanged.emit('busy');
    opened.statusChanged.emit('restarting');
    await asked.answer();
    opened.statusChanged.emit('starting');
    expect(asked.questions).toEqual([null, 'watching', null]);
  });

  it('knows where each cell stands now', () => {
    const { model, opened } = made();
    let heard = 0;
    model.changed.connect(() => (heard += 1));
    const before = model.cells;
    expect([...before]).toEqual([
      ['text', 1],
      ['c0', 2]
    ]);
    expect(model.cells).toBe(before);
    opened.model.cells.set('c0', 'new');
    expect(heard).toBe(1);
    expect([...model.cells]).toEqual([
      ['c0', 1],
      ['new', 2]
    ]);
  });

  it('keeps what it knows while the server is away', async () => {
    const { asked, model } = made();
    model.want();
    await asked.answer();
    void model.refresh();
    await asked.answer(new ServerProblem('away', 'The server is away.'));
    expect(model.state).toBe('failed');
    expect(model.said).toBe('The server is away.');
    expect(model.reply).toBe(REPLY);
    void model.refresh();
    await asked.answer(new ServerProblem('missing', 'Not installed.'));
    expect(model.state).toBe('missing');
  });

  it('is asked for again when the findings have found the server', async () => {
    const { asked, model } = made();
    const findings = {
      cells: [],
      state: 'checked',
      want: () => ({ isDisposed: false, dispose: () => undefined })
    } as unknown as IFindingsModel & { state: IFindingsModel['state'] };
    const changed = new Signal<typeof findings, void>(findings);
    Object.assign(findings, { changed });
    model.findings = findings;
    model.want();
    await asked.answer();
    for (const state of ['failed', 'checking', 'failed', 'checking'] as const) {
      findings.state = state;
      changed.emit();
    }
    expect(asked.questions).toHaveLength(1);
    findings.state = 'checked';
    changed.emit();
    changed.emit();
    expect(asked.questions).toHaveLength(2);
  });

  it('rests when nobody wants it any more, and says nothing when disposed', async () => {
    const { asked, model, opened } = made();
    opened.start();
    model.want().dispose();
    await asked.answer();
    opened.says('s1');
    expect(asked.questions).toHaveLength(1);
    let changes = 0;
    model.changed.connect(() => (changes += 1));
    void model.refresh();
    model.dispose();
    const before = changes;
    await asked.answer();
    expect(changes).toBe(before);
  });

  it('knows which cells are not the ones that ran', async () => {
    const { asked, model } = made();
    model.want();
    await asked.answer();
    const cell = (sha256: string): ICheckedCell => ({
      key: 'first code cell',
      index: 1,
      findings: [],
      problem: null,
      sha256
    });
    let wanted = 0;
    const findings = {
      cells: [cell('aaaa')],
      want: () => {
        wanted += 1;
        return { isDisposed: false, dispose: () => (wanted -= 1) };
      }
    } as unknown as IFindingsModel & { cells: ICheckedCell[] };
    Object.assign(findings, { changed: new Signal(findings) });
    model.findings = findings;
    expect(wanted).toBe(1);
    expect([...model.edited]).toEqual([]);
    findings.cells = [cell('bbbb')];
    expect([...model.edited]).toEqual(['c0']);
    // A text that was never checked is not known to differ.
    findings.cells = [cell('')];
    expect([...model.edited]).toEqual([]);
    model.findings = null;
    expect(wanted).toBe(0);
  });
});
