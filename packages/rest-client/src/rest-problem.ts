/** A refusal of the REST API (RFC 9457), as an error. */
export class RestProblem extends Error {
  readonly status: number;
  /** Stable, upper snake case; `UNREACHABLE` where nothing answered, `UNREADABLE` where the answer was no problem document. */
  readonly code: string;
  readonly errors: readonly { readonly path: string; readonly message: string }[];
  /** The current state, for VERSION_MISMATCH. */
  readonly current: unknown;
  /** By which the server's logs can be searched. */
  readonly requestId: string | undefined;

  constructor(status: number, problem: ProblemDocument) {
    super(problem.detail ?? problem.title ?? `HTTP ${status}`);
    this.name = 'RestProblem';
    this.status = status;
    this.code = problem.code ?? 'UNREADABLE';
    this.errors = problem.errors ?? [];
    this.current = problem.current;
    this.requestId = problem.instance;
  }
}

export interface ProblemDocument {
  readonly title?: string;
  readonly detail?: string;
  readonly code?: string;
  readonly instance?: string;
  readonly errors?: readonly { readonly path: string; readonly message: string }[];
  readonly current?: unknown;
}
