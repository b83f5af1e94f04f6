/** Why the server has no answer. Apart from `api.ts`, so that models know it and need no browser. */

/**
 * `missing`: the server extension is not there, or of another version.
 * `away`: nothing was heard from the server. `refused`: it answered, with why not.
 */
export type ProblemKind = 'missing' | 'away' | 'refused';

/** `message` is one line for people. */
export class ServerProblem extends Error {
  constructor(
    readonly kind: ProblemKind,
    message: string
  ) {
    super(message);
    this.name = 'ServerProblem';
  }
}

/** Why something was not done, whatever was thrown. */
export function reasonWords(reason: unknown): string {
  return reason instanceof Error ? reason.message : String(reason);
}
