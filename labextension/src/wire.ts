/**
 * All messages, generated from jupyter_aisec/server/wire.py: change it there, then `jlpm wire`.
 */
export interface Wire {
  CheckRequest?: CheckRequest;
  CheckReply?: CheckReply;
  Closed?: Closed;
  LineageReply?: LineageReply;
  DocumentReply?: DocumentReply;
  DocumentRequest?: DocumentRequest;
  CoverageReply?: CoverageReply;
  Explanation?: Explanation;
  MlflowRequest?: MlflowRequest;
  MlflowReply?: MlflowReply;
  Status?: Status;
  Problem?: Problem;
}
/**
 * What changed in a document since `base`, the revision that the server knows (0: nothing, all is here).
 *
 * `document` is the page's own name for it, and unique; `path` is the file's as the server names files. `order` lists
 * the keys of all code cells from top to bottom; null when it is as it was. A file is a document of one cell.
 */
export interface CheckRequest {
  document: string;
  path: string;
  kind: 'file' | 'notebook';
  language: string;
  base: number;
  revision: number;
  cells: CellText[];
  order: string[] | null;
}
/**
 * The source of one code cell. `key` is the page's own name for it, unique in the document.
 */
export interface CellText {
  key: string;
  source: string;
}
/**
 * The cells that were sent, and those whose findings changed by it.
 *
 * `resend`: the server doesn't know `base` any more, ask again with everything. `problem`: the document is not
 * analysed, and why. `rules` is the number of rules that ran.
 */
export interface CheckReply {
  revision: number;
  resend: boolean;
  cells: CheckedCell[];
  rules: number;
  problem: string | null;
}
/**
 * What is known of one cell. `problem`: it can't be read as it stands, so that nothing new is known.
 *
 * `sha256` is of the UTF-8 source, as the journal has it of cells that ran.
 */
export interface CheckedCell {
  key: string;
  findings: Finding[];
  problem: string | null;
  sha256: string;
}
/**
 * An insecure practice at a place.
 *
 * `id` is the same in the next reply while the cell still says the same. `ignore` puts a comment that silences the
 * finding, up to where its reason is typed; null where no comment can stand.
 */
export interface Finding {
  id: string;
  rule: string;
  severity: 'critical' | 'high' | 'info' | 'low' | 'medium';
  confidence: 'high' | 'low' | 'medium';
  message: string;
  range: Range;
  fix: Fix | null;
  ignore: TextEdit | null;
}
/**
 * From `start` up to, and not including, `end`.
 */
export interface Range {
  start: Position;
  end: Position;
}
/**
 * A place between two characters.
 */
export interface Position {
  line: number;
  character: number;
}
/**
 * A mechanical repair of one cell; `safe`: a working program keeps working the same after it.
 */
export interface Fix {
  description: string;
  safe: boolean;
  edits: TextEdit[];
}
/**
 * Replace what stands at `range`.
 */
export interface TextEdit {
  range: Range;
  text: string;
}
/**
 * The page needs no more findings of a document.
 */
export interface Closed {
  document: string;
}
/**
 * What is recorded of one notebook, and of all that went into it.
 *
 * `state`: `recorded`; `nothing`, no session of this notebook has recorded anything; `watching`, the same, but its
 * kernel is about to; `elsewhere`, the kernel writes to a disk that the server doesn't see, and what stands here is
 * what MLflow knows; `unreadable`, see `said`.
 * `said` is that state in one line for people. `problem`: why MLflow could not be asked or is behind.
 */
export interface LineageReply {
  state: 'elsewhere' | 'nothing' | 'recorded' | 'unreadable' | 'watching';
  said: string;
  problem: string | null;
  nodes: LineageNode[];
  edges: LineageEdge[];
  cells: CellRan[];
  run: Run | null;
}
/**
 * An asset. `asked`: it came from outside, so people are asked about it; `describable`: they can describe it.
 *
 * `size` is in bytes. `pending`: its digest is still being computed. `later`: the day from which on people want to be
 * reminded of it; `quiet`: that day is still to come.
 */
export interface LineageNode {
  id: string;
  kind: 'dataset' | 'model' | 'notebook' | 'prompt' | 'service' | 'unknown';
  name: string;
  location: string | null;
  sha256: string | null;
  size: number | null;
  documentation: ('documented' | 'incomplete' | 'missing' | 'stale' | 'unknown') | null;
  problem: string | null;
  facts: {
    [k: string]: string | number;
  };
  asked: boolean;
  describable: boolean;
  pending: boolean;
  later: string | null;
  quiet: boolean;
}
/**
 * `source` went into `target`; `cell` is the execution count of the cell that did it.
 */
export interface LineageEdge {
  source: string;
  target: string;
  verb: 'fitted' | 'loaded' | 'logged' | 'read' | 'saved' | 'wrote';
  certainty: 'inferred' | 'observed';
  cellId: string | null;
  cell: number | null;
  call: string | null;
}
/**
 * The newest execution of a cell: `sha256` is of the source that ran.
 */
export interface CellRan {
  cellId: string;
  number: number;
  sha256: string;
}
/**
 * The MLflow run that has the lineage; `fragment` is its page, to be put behind the address of the MLflow UI.
 */
export interface Run {
  runId: string;
  fragment: string;
}
/**
 * People's words about one asset, and what they are asked: `schema` is a JSON Schema of `answers`.
 *
 * An answer may be *not applicable because …*. `derived` is what is known without asking; `file` is where the words
 * are kept.
 */
export interface DocumentReply {
  name: string;
  kind: 'dataset' | 'model' | 'notebook' | 'prompt' | 'service' | 'unknown';
  state: 'documented' | 'incomplete' | 'missing' | 'stale' | 'unknown';
  said: string;
  sha256: string | null;
  problem: string | null;
  answers: {
    [k: string]: string;
  };
  schema: {};
  derived: {
    [k: string]: string;
  };
  file: string;
}
/**
 * Answers that the person changed, about the bytes with the digest `sha256`; all others stay as the file has them.
 *
 * An empty answer takes one back. With no answers at all, those that were given hold for these bytes too; unless
 * `postpone`, which asks to be reminded in a week and answers nothing.
 */
export interface DocumentRequest {
  path: string;
  name: string;
  sha256: string | null;
  answers: {
    [k: string]: string;
  };
  postpone: boolean;
}
/**
 * What evidence there is for the guidelines about one model of a project, as it was at the time `at`.
 *
 * `candidate` is its id among the `models`, newest first. Where it is null no model is recorded, and `start` says
 * what to do. `limits` is what can't be judged, `problems` what could not be read. `debts` has the oldest first, and
 * `more_debts` is how many others there are.
 */
export interface CoverageReply {
  at: string;
  candidate: string | null;
  models: Candidate[];
  start: string | null;
  rows: CoverageRow[];
  limits: string;
  source: string;
  problems: string[];
  debts: Owed[];
  moreDebts: number;
}
/**
 * A model that the project made; `at` is when it did so last.
 */
export interface Candidate {
  id: string;
  name: string;
  sha256: string | null;
  at: string;
}
/**
 * A guideline: its worst claim, and of all steps the one that costs least.
 */
export interface CoverageRow {
  id: string;
  title: string;
  area: string;
  state: 'fail' | 'missing' | 'not-applicable' | 'stale' | 'stated' | 'unknown' | 'verified';
  claims: CoverageClaim[];
  step: NextStep | null;
  mapsTo: Mapped[];
}
/**
 * One thing to show. `known` has the worst first, and `more` is how many others there are.
 *
 * `stated`: only people can say it. `decided` is a decision on the claim itself, in words.
 */
export interface CoverageClaim {
  id: string;
  text: string;
  stated: boolean;
  state: 'fail' | 'missing' | 'not-applicable' | 'stale' | 'stated' | 'unknown' | 'verified';
  known: KnownThing[];
  more: number;
  missing: string;
  decided: string | null;
  step: NextStep | null;
}
/**
 * What is known of one thing that a claim must hold for, and in whose words; `until` is the last day of it.
 */
export interface KnownThing {
  thing: string;
  state: 'fail' | 'missing' | 'not-applicable' | 'stale' | 'stated' | 'unknown' | 'verified';
  said: string;
  by: string;
  since: string | null;
  until: string | null;
}
/**
 * What to do about the claim. `spot`: where, in a file that the page can open. `document`: whose questions.
 */
export interface NextStep {
  claim: string;
  text: string;
  spot: Spot | null;
  document: string | null;
}
/**
 * A line in a notebook or file: `cell` counts all cells from 0, `line` those of the cell from 0.
 */
export interface Spot {
  path: string;
  cellId: string | null;
  cell: number;
  line: number;
}
/**
 * Where a row stands in another list.
 */
export interface Mapped {
  standard: string;
  edition: string;
  ids: string;
}
/**
 * Something that was put off: what kind of debt it is, where it stands, and since which day, if that is known.
 */
export interface Owed {
  kind: string;
  place: string;
  said: string;
  since: string | null;
}
/**
 * The page of a rule; `bad` and `good` are examples of code.
 */
export interface Explanation {
  name: string;
  title: string;
  severity: 'critical' | 'high' | 'info' | 'low' | 'medium';
  text: string;
  bad: string[];
  good: string[];
  references: string[];
}
/**
 * Which MLflow is meant: that of the notebook at `path`, or of the project around the file or folder.
 */
export interface MlflowRequest {
  path: string;
}
/**
 * The address of the MLflow UI, whole or from the root of the Jupyter server on.
 */
export interface MlflowReply {
  url: string;
}
/**
 * That the server extension is there, which version of it, and how many rules it has.
 */
export interface Status {
  version: string;
  rules: number;
}
/**
 * Why a request was not answered, in one line with what to do next.
 */
export interface Problem {
  message: string;
}
