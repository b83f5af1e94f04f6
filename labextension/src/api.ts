/** All I/O with the server extension. */
import { URLExt } from '@jupyterlab/coreutils';
import { ServerConnection } from '@jupyterlab/services';
import type { TranslationBundle } from '@jupyterlab/translation';
import { type ISignal, Signal } from '@lumino/signaling';

import ownPackage from '../package.json';
import { ServerProblem } from './problem';
import type { IServer } from './tokens';
import type {
  CheckReply,
  CheckRequest,
  Closed,
  CoverageReply,
  DocumentReply,
  DocumentRequest,
  Explanation,
  LineageReply,
  MlflowReply,
  MlflowRequest,
  Problem,
  Status
} from './wire';

/** How servers without our extension answer: Jupyter's, static ones, and those in between. */
const NOT_THERE = [404, 405, 501];

/** How those in between answer while the server is gone: JupyterHub (424), and proxies. */
const GONE = [424, 502, 503, 504];

/**
 * Who is silent for so many milliseconds is away: a connection may be dead and
 * not know it. The server gives up a check before that.
 */
const SILENCE = 30_000;

type Query = Record<string, string>;

/** The server extension, spoken to over REST. */
export class Server implements IServer {
  constructor(
    private readonly _settings: ServerConnection.ISettings,
    private readonly _trans: TranslationBundle
  ) {}

  get answered(): ISignal<this, void> {
    return this._answered;
  }

  /**
   * That the server extension is there and is ours, which is asked once; again
   * after it was not so.
   */
  async status(): Promise<Status> {
    this._status ??= this._asked();
    try {
      return await this._status;
    } catch (reason) {
      this._status = null;
      throw reason;
    }
  }

  async check(request: CheckRequest): Promise<CheckReply> {
    await this.status();
    try {
      return await this._send<CheckReply>(
        'POST',
        'check',
        {},
        request,
        SILENCE
      );
    } catch (reason) {
      // Whatever comes back may be another server.
      this._status = null;
      throw reason;
    }
  }

  async close(document: string): Promise<void> {
    await this._send('POST', 'close', {}, { document } satisfies Closed);
  }

  async lineage(path: string, session: string | null): Promise<LineageReply> {
    const query: Query = { path };
    if (session !== null) {
      query.session = session;
    }
    return this._send<LineageReply>('GET', 'lineage', query);
  }

  async explain(rule: string): Promise<Explanation> {
    return this._send<Explanation>('GET', `rules/${encodeURIComponent(rule)}`);
  }

  async document(path: string, name: string): Promise<DocumentReply> {
    return this._send<DocumentReply>('GET', 'document', { path, name });
  }

  async answer(
    path: string,
    name: string,
    sha256: string | null,
    answers: Record<string, string>
  ): Promise<DocumentReply> {
    const request = { path, name, sha256, answers, postpone: false };
    return this._write(request);
  }

  async postpone(path: string, name: string): Promise<DocumentReply> {
    const nothing = { sha256: null, answers: {}, postpone: true };
    return this._write({ path, name, ...nothing });
  }

  async coverage(path: string, model: string | null): Promise<CoverageReply> {
    const query: Query = { path };
    if (model !== null) {
      query.model = model;
    }
    return this._send<CoverageReply>('GET', 'coverage', query);
  }

  async mlflow(path: string): Promise<string> {
    const request: MlflowRequest = { path };
    return (await this._send<MlflowReply>('POST', 'mlflow', {}, request)).url;
  }

  private async _write(request: DocumentRequest): Promise<DocumentReply> {
    const reply = await this._send<DocumentReply>(
      'PUT',
      'document',
      {},
      request
    );
    this._answered.emit();
    return reply;
  }

  private async _asked(): Promise<Status> {
    const status = await this._send<Status>(
      'GET',
      'status',
      {},
      undefined,
      SILENCE
    );
    if (status.version !== ownPackage.version) {
      throw new ServerProblem(
        'missing',
        this._trans.__(
          'The page has jupyter-aisec %1 and the server %2: restart the server, then reload the page.',
          ownPackage.version,
          status.version
        )
      );
    }
    return status;
  }

  private async _send<T>(
    method: 'GET' | 'POST' | 'PUT',
    path: string,
    query: Query = {},
    body?: object,
    limit?: number
  ): Promise<T> {
    const url =
      URLExt.join(this._settings.baseUrl, 'aisec', 'api', path) +
      URLExt.objectToQueryString(query);
    const init: RequestInit = { method };
    if (body !== undefined) {
      init.body = JSON.stringify(body);
    }
    if (limit !== undefined) {
      init.signal = AbortSignal.timeout(limit);
    }
    let response: Response;
    try {
      response = await ServerConnection.makeRequest(url, init, this._settings);
    } catch (reason) {
      if (reason instanceof ServerConnection.NetworkError) {
        throw this._away();
      }
      throw reason;
    }
    if (!response.ok) {
      throw await this._problem(response);
    }
    try {
      return (await response.json()) as T;
    } catch (reason) {
      if (!(reason instanceof SyntaxError)) {
        throw this._away();
      }
      // Who is logged out is sent to a page for people.
      throw new ServerProblem(
        'refused',
        this._trans.__(
          "The server's answer can't be read. Reload the page: you may have to log in again."
        )
      );
    }
  }

  private _away(): ServerProblem {
    return new ServerProblem(
      'away',
      this._trans.__(
        'The Jupyter server does not answer. It is asked again by itself.'
      )
    );
  }

  private async _problem(response: Response): Promise<ServerProblem> {
    const said = await ownWords(response);
    if (said === null && GONE.includes(response.status)) {
      return this._away();
    }
    if (said === null && NOT_THERE.includes(response.status)) {
      return new ServerProblem(
        'missing',
        this._trans.__(
          'The server extension of jupyter-aisec does not answer. Run "jupyter server extension list" where the server runs: it says why.'
        )
      );
    }
    return new ServerProblem(
      'refused',
      said ??
        this._trans.__(
          'The server answered with an error (%1). Its log says why.',
          response.status
        )
    );
  }

  private readonly _answered = new Signal<this, void>(this);
  private _status: Promise<Status> | null = null;
}

/** The line for people in an answer of ours; null when the answer is not ours. */
async function ownWords(response: Response): Promise<string | null> {
  try {
    const problem = (await response.json()) as Partial<Problem> | null;
    return typeof problem?.message === 'string' && problem.message !== ''
      ? problem.message
      : null;
  } catch {
    return null;
  }
}
