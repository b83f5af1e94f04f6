/** The undocumented data sources that a person was told about, in this and earlier sessions. */
import type { IStateDB } from '@jupyterlab/statedb';

import type { LineageNode } from '../wire';

const KEY = 'jupyter-aisec:seen-sources';

/** The oldest are forgotten, and would be told once more. */
const MOST = 500;

export class SeenSources {
  constructor(
    private readonly _state: Pick<IStateDB, 'fetch' | 'save'> | null
  ) {}

  /** Names of the undocumented sources among the nodes that were not seen before; now they are. */
  async see(nodes: readonly LineageNode[]): Promise<readonly string[]> {
    this._ids ??= this._load();
    const ids = await this._ids;
    const fresh = nodes.filter(
      // As long as its digest is not there, a node has not got its last id.
      each =>
        each.asked &&
        !each.pending &&
        !each.quiet &&
        each.documentation === 'missing' &&
        !ids.has(keyOf(each))
    );
    if (fresh.length > 0) {
      for (const each of fresh) {
        ids.add(keyOf(each));
        this._told.set(keyOf(each), each.name);
      }
      for (const oldest of [...ids].slice(0, Math.max(0, ids.size - MOST))) {
        ids.delete(oldest);
      }
      this._save(ids);
    }
    return [...new Set(fresh.map(each => each.name))];
  }

  /** Tell of these once more, in the next session. */
  async again(names: readonly string[]): Promise<void> {
    this._told.forEach((name, key) => {
      if (names.includes(name)) {
        this._again.add(key);
      }
    });
    this._save((await this._ids) ?? new Set());
  }

  private _save(ids: ReadonlySet<string>): void {
    const kept = [...ids].filter(each => !this._again.has(each));
    // What can't be kept is told once more in the next session.
    this._state?.save(KEY, kept).catch(() => undefined);
  }

  private async _load(): Promise<Set<string>> {
    try {
      const kept = await this._state?.fetch(KEY);
      return new Set(
        Array.isArray(kept) ? kept.filter(each => typeof each === 'string') : []
      );
    } catch {
      return new Set();
    }
  }

  private _ids: Promise<Set<string>> | null = null;
  private readonly _told = new Map<string, string>();
  private readonly _again = new Set<string>();
}

/** Another one when the day has come for which somebody put it off. */
function keyOf({ id, later }: LineageNode): string {
  return later === null ? id : `${id} ${later}`;
}
