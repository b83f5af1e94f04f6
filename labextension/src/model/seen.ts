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
        each.documentation === 'missing' &&
        !ids.has(each.id)
    );
    if (fresh.length > 0) {
      fresh.forEach(each => ids.add(each.id));
      for (const oldest of [...ids].slice(0, Math.max(0, ids.size - MOST))) {
        ids.delete(oldest);
      }
      // What can't be kept is told once more in the next session.
      this._state?.save(KEY, [...ids]).catch(() => undefined);
    }
    return [...new Set(fresh.map(each => each.name))];
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
}
