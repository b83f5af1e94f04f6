/**
 * What the rooms of the front end know of each other. State lives in the
 * models (no DOM); hints, panel and commands read it and ask for changes.
 */
import type { CodeEditor } from '@jupyterlab/codeeditor';
import { Token } from '@lumino/coreutils';
import type { IDisposable } from '@lumino/disposable';
import type { ISignal } from '@lumino/signaling';

import type {
  CheckReply,
  CheckRequest,
  CoverageReply,
  DocumentReply,
  Explanation,
  Finding,
  LineageReply,
  Position,
  Range
} from './wire';

/** How far the findings of a document are known. */
export type CheckState =
  /** Nobody wants to know: nothing is sent. */
  | 'off'
  /** Asked, and not answered yet; what was known before still stands. */
  | 'checking'
  /** All is known of the text as it stands. */
  | 'checked'
  /** The document is not analysed; `said` has the server's words. */
  | 'refused'
  /** The server extension does not answer at all, or is another version. */
  | 'missing'
  /**
   * The server is away, and is asked again by itself; or it answered with an
   * error, and is asked again when the text changes or the person wants it.
   * `said` has the words; what was known before still stands.
   */
  | 'failed';

/** One code cell and what is known of it; a file is one cell. */
export interface ICheckedCell {
  /** The page's own name, unique in the document. */
  readonly key: string;
  /** Position among all cells of the notebook, from 0. */
  readonly index: number;
  readonly findings: readonly Finding[];
  /** Why the cell can't be read as it stands; its findings are then older than its text. */
  readonly problem: string | null;
  /** The digest of the text that was checked last; empty before the first time. */
  readonly sha256: string;
}

/** The findings of one open notebook or file, whatever the number of its views. */
export interface IFindingsModel extends IDisposable {
  readonly path: string;
  readonly kind: 'notebook' | 'file';
  readonly state: CheckState;
  /** The server's words about `state`, while checking about the last failure; empty when there are none. */
  readonly said: string;
  /** The number of rules that ran. */
  readonly rules: number;
  /** When what is known was said; null while nothing is known. */
  readonly checked: Date | null;
  /** No answer came to what was asked last in the time that one takes: what is shown is of an older text. */
  readonly isLate: boolean;
  /** All code cells, from top to bottom. */
  readonly cells: readonly ICheckedCell[];
  /** State or findings changed. */
  readonly changed: ISignal<IFindingsModel, void>;

  /** Somebody wants to know, until the disposable is disposed; with nobody, nothing is sent. */
  want(): IDisposable;
  /** Ask again, now, and with everything. */
  refresh(): Promise<void>;
  /** When the answer is there, or late: whether all is known of the text as it stands. */
  fresh(): Promise<boolean>;
  /**
   * Apply the fix of a finding, through the shared model, as one step to undo.
   * False when the text has changed so that the finding is gone.
   */
  fix(key: string, id: string): Promise<boolean>;
  /** Apply every fix that is safe; gives their number. */
  fixSafe(): Promise<number>;
  /**
   * Write the comment that silences a finding, with the reason. Gives the
   * place right behind it, where a reason is typed on; null when the finding
   * is gone or no comment can stand there.
   */
  ignore(key: string, id: string, reason: string): Promise<Position | null>;
}

/** A finding and where it is. */
export interface IPlace {
  readonly model: IFindingsModel;
  readonly key: string;
  readonly range: Range;
}

/** Where the cursor is; where the selection begins, if there is one. */
export interface ICursor {
  readonly key: string;
  readonly at: Position;
}

/** Which document the person works on, and its findings. */
export interface IFindingsTracker {
  /** Of the notebook or Python file that was used last; null when there is none. */
  readonly current: IFindingsModel | null;
  readonly currentChanged: ISignal<IFindingsTracker, IFindingsModel | null>;
  /** The editor that is used in `current`: that of the active cell, or of the file. */
  readonly editor: CodeEditor.IEditor | null;
  /** The cursor in `editor`. */
  readonly cursor: ICursor | null;
  /** Bring a place into view and put the cursor there. */
  reveal(place: IPlace): Promise<void>;
  /** Bring a cell into view by its id in the notebook; false when it is not there any more. */
  revealCell(cellId: string): Promise<boolean>;
}

export const IFindingsTracker = new Token<IFindingsTracker>(
  'jupyter-aisec:IFindingsTracker',
  'Which document the person works on, and the findings in it.'
);

/** How far the lineage of a notebook is known. */
export type LineageState =
  | 'off'
  | 'asking'
  /** `reply` is what the server knows. */
  | 'known'
  | 'missing'
  | 'failed';

/** The lineage and the data sources of one notebook. */
export interface ILineageModel extends IDisposable {
  readonly path: string;
  readonly state: LineageState;
  readonly said: string;
  readonly reply: LineageReply | null;
  /** Ids of cells whose text is not the one that ran. */
  readonly edited: ReadonlySet<string>;
  /** Whether the notebook has a kernel that runs. */
  readonly hasKernel: boolean;
  readonly changed: ISignal<ILineageModel, void>;

  want(): IDisposable;
  refresh(): Promise<void>;
}

/**
 * What is asked of the server, one question at a time. An answer that is not
 * to be had is a `ServerProblem` (see `problem.ts`).
 */
export interface IServer {
  /** `session` is the kernel's, as the server names it; null without a kernel. */
  lineage(path: string, session: string | null): Promise<LineageReply>;
  explain(rule: string): Promise<Explanation>;
  document(path: string, name: string): Promise<DocumentReply>;
  answer(
    path: string,
    name: string,
    sha256: string | null,
    answers: Record<string, string>
  ): Promise<DocumentReply>;
  /** To be reminded of it later. */
  postpone(path: string, name: string): Promise<DocumentReply>;
  /** People's words were written. */
  readonly answered: ISignal<IServer, void>;
  /** What is covered in the project of a file, of the model with the id; null is the newest. */
  coverage(path: string, model: string | null): Promise<CoverageReply>;
  /** The address of the project's MLflow UI, which is started when need be. */
  mlflow(path: string): Promise<string>;
  /** The findings of what has changed. */
  check(request: CheckRequest): Promise<CheckReply>;
  /** Forget what was sent of a document. */
  close(document: string): Promise<void>;
}

export const IServer = new Token<IServer>(
  'jupyter-aisec:IServer',
  'Questions to the server extension of jupyter-aisec.'
);

/** What the person has set, as it is now. */
export interface IAisecSettings {
  /** Show findings in cells and files. */
  readonly hints: boolean;
  /** Show a mark beside the lines with findings, too. */
  readonly gutter: boolean;
  /** Say so once when a new data source is seen. */
  readonly notify: boolean;
  readonly changed: ISignal<IAisecSettings, void>;
}

export const IAisecSettings = new Token<IAisecSettings>(
  'jupyter-aisec:IAisecSettings',
  'The settings of jupyter-aisec.'
);

/** The ids of all commands. */
export const CommandIDs = {
  /** Open the panel, and give its findings the focus. */
  open: 'aisec:open',
  /** `{ section: 'findings' | 'lineage' | 'sources' | 'coverage', rule?: string, name?: string }` */
  show: 'aisec:show',
  next: 'aisec:next-finding',
  previous: 'aisec:previous-finding',
  fix: 'aisec:fix',
  fixSafe: 'aisec:fix-safe',
  ignore: 'aisec:ignore',
  explain: 'aisec:explain',
  check: 'aisec:check',
  openMlflow: 'aisec:open-mlflow',
  loadExtension: 'aisec:load-extension'
} as const;
