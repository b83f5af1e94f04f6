/** What people have typed into forms and not saved: it outlives refreshes, the panel, and the page in its tab. */

export type IAnswers = Readonly<Record<string, string>>;

/** The part of the browser's storage that is used. */
export interface IDraftStorage {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

const PREFIX = 'jupyter-aisec:draft:';

export class Drafts {
  constructor(private readonly _storage: IDraftStorage) {}

  /** What was typed about the source and is not saved; null when nothing was. */
  get(path: string, name: string): IAnswers | null {
    const key = keyOf(path, name);
    return this._typed.get(key) ?? this._stored(key);
  }

  /** Keep what differs from what is saved; nothing where nothing does. */
  keep(path: string, name: string, answers: IAnswers): void {
    if (Object.keys(answers).length === 0) {
      this.drop(path, name);
      return;
    }
    const key = keyOf(path, name);
    this._typed.set(key, answers);
    try {
      this._storage.setItem(key, JSON.stringify(answers));
    } catch {
      // A full or forbidden storage: the draft then lives as long as the page.
    }
  }

  drop(path: string, name: string): void {
    const key = keyOf(path, name);
    this._typed.delete(key);
    try {
      this._storage.removeItem(key);
    } catch {
      // See above.
    }
  }

  private _stored(key: string): IAnswers | null {
    try {
      const found: unknown = JSON.parse(this._storage.getItem(key) ?? 'null');
      return isAnswers(found) ? found : null;
    } catch {
      return null;
    }
  }

  private readonly _typed = new Map<string, IAnswers>();
}

/** The answers that were changed; an emptied one is empty. */
export function changed(
  answers: Partial<IAnswers>,
  saved: IAnswers,
  questions: readonly string[]
): IAnswers {
  return Object.fromEntries(
    questions
      .map(each => [each, answers[each] ?? ''] as const)
      .filter(([each, answer]) => answer !== (saved[each] ?? ''))
  );
}

function keyOf(path: string, name: string): string {
  return PREFIX + JSON.stringify([path, name]);
}

function isAnswers(found: unknown): found is IAnswers {
  return (
    typeof found === 'object' &&
    found !== null &&
    Object.values(found).every(each => typeof each === 'string')
  );
}
