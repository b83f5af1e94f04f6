/** The source texts of a shared document, under names that are unique in it. */
import type {
  CellChange,
  FileChange,
  ISharedCell,
  ISharedFile,
  ISharedNotebook,
  ISharedText,
  NotebookChange
} from '@jupyter/ydoc';
import { type ISignal, Signal } from '@lumino/signaling';

import type { IReplacement } from './positions';

/** A code cell, or a file as a whole. */
export interface IText {
  /** Our own name: a notebook may give two cells the same id. */
  readonly key: string;
  /** Position among all cells of the notebook, from 0. */
  readonly index: number;
  readonly shared: ISharedText;
}

/** What changed: the text of one key or whether it is editable, or, with null, which texts there are or their language. */
export type TextChange = string | null;

/**
 * Follows the texts while `watch` has been called; a notebook is silent about
 * the text of its cells, so that each cell is listened to.
 */
export class Texts {
  constructor(readonly document: ISharedNotebook | ISharedFile) {
    this._read();
  }

  get kind(): 'notebook' | 'file' {
    return isNotebook(this.document) ? 'notebook' : 'file';
  }

  /** As the document itself says; a notebook that says nothing is taken for one in Python. */
  get language(): string {
    if (!isNotebook(this.document)) {
      return 'python';
    }
    // One by one: a copy of all metadata would hold the state of all widgets.
    const info = this.document.getMetadata('language_info') as ILanguage;
    const kernel = this.document.getMetadata('kernelspec') as ILanguage;
    const named = [info?.name, kernel?.language].find(
      each => typeof each === 'string' && each !== ''
    );
    return (named as string | undefined) ?? 'python';
  }

  /** From top to bottom. */
  get all(): readonly IText[] {
    return this._all;
  }

  /** The keys from top to bottom; another object when it is another order. */
  get order(): readonly string[] {
    return this._order;
  }

  get changed(): ISignal<this, TextChange> {
    return this._changed;
  }

  find(key: string): IText | undefined {
    return this._byKey.get(key);
  }

  keyOf(shared: ISharedText): string | undefined {
    return this._keys.get(shared);
  }

  watch(): void {
    this._read();
    this._watching = true;
    if (isNotebook(this.document)) {
      this.document.changed.connect(this._onNotebook, this);
      this._connect();
    } else {
      this.document.changed.connect(this._onFile, this);
    }
  }

  unwatch(): void {
    this._watching = false;
    Signal.disconnectBetween(this.document, this);
    for (const cell of this._watched) {
      cell.changed.disconnect(this._onCell, this);
    }
    this._watched = new Set();
  }

  private _read(): void {
    const found: IText[] = [];
    if (isNotebook(this.document)) {
      this.document.cells.forEach((shared, index) => {
        if (shared.cell_type === 'code') {
          found.push({ key: this._key(shared), index, shared });
        }
      });
    } else {
      const shared = this.document;
      found.push({ key: this._key(shared), index: 0, shared });
    }
    this._all = found;
    this._byKey = new Map(found.map(each => [each.key, each]));
    const order = found.map(each => each.key);
    if (
      order.length !== this._order.length ||
      order.some((key, index) => key !== this._order[index])
    ) {
      this._order = order;
    }
  }

  private _key(shared: ISharedText): string {
    let key = this._keys.get(shared);
    if (key === undefined) {
      this._count += 1;
      key = `c${this._count}`;
      this._keys.set(shared, key);
    }
    return key;
  }

  /** Listen to the cells that are there now, and to no others. */
  private _connect(): void {
    const now = new Set(this._all.map(each => each.shared as ISharedCell));
    for (const cell of this._watched) {
      if (!now.has(cell)) {
        cell.changed.disconnect(this._onCell, this);
      }
    }
    for (const cell of now) {
      if (!this._watched.has(cell)) {
        cell.changed.connect(this._onCell, this);
      }
    }
    this._watched = now;
  }

  private _onNotebook(_: ISharedNotebook, change: NotebookChange): void {
    if (change.cellsChange) {
      this._read();
      if (this._watching) {
        this._connect();
      }
      this._changed.emit(null);
    } else if (change.metadataChange) {
      this._changed.emit(null);
    }
  }

  private _onCell(cell: ISharedCell, change: CellChange): void {
    if (change.sourceChange || change.metadataChange?.has('editable')) {
      this._changed.emit(this._key(cell));
    }
  }

  private _onFile(file: ISharedFile, change: FileChange): void {
    if (change.sourceChange) {
      this._changed.emit(this._key(file));
    }
  }

  private readonly _keys = new WeakMap<ISharedText, string>();
  private _count = 0;
  private _all: readonly IText[] = [];
  private _byKey = new Map<string, IText>();
  private _order: readonly string[] = [];
  private _watching = false;
  private _watched = new Set<ISharedCell>();
  private readonly _changed = new Signal<this, TextChange>(this);
}

/**
 * Change a text as one step to undo, apart from what was typed just before:
 * an undo manager joins what comes within half a second.
 */
export function rewrite(
  shared: ISharedText,
  edits: readonly IReplacement[]
): void {
  const { undoManager } = shared as Partial<IUndoable>;
  undoManager?.stopCapturing();
  shared.transact(() => {
    for (const each of edits) {
      shared.updateSource(each.start, each.end, each.text);
    }
  });
  undoManager?.stopCapturing();
}

/** What a notebook says of its language, if it says so as it should. */
type ILanguage =
  { readonly name?: unknown; readonly language?: unknown } | null | undefined;

/** What shared cells and files have beyond their interface. */
interface IUndoable {
  readonly undoManager: { stopCapturing(): void } | null;
}

/** Whether people may change a text: a notebook can close single cells to them. */
export function isEditable(shared: ISharedText): boolean {
  return (
    !('cell_type' in shared) ||
    (shared as ISharedCell).getMetadata('editable') !== false
  );
}

function isNotebook(
  document: ISharedNotebook | ISharedFile
): document is ISharedNotebook {
  return 'cells' in document;
}
