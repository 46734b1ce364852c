/** Stable reasons for which an embedded engine does not run. */
export type EmbeddedEngineErrorCode =
  /** No engine for this operating system and processor, or its npm package is not installed. */
  | 'ENGINE_UNAVAILABLE'
  /** The data directory was written by another major version. */
  | 'ENGINE_VERSION_MISMATCH'
  /** Running as root, and no way to run PostgreSQL as somebody else. */
  | 'ENGINE_REFUSES_ROOT'
  /** The engine, or the program that prepares its directory, ended or did not answer in time. */
  | 'ENGINE_START_FAILED'
  /** A process that is left from an earlier run still works on the directory and does not end. */
  | 'ENGINE_ORPHAN_STAYS'
  /** Another process holds the data directory. */
  | 'DATA_DIRECTORY_IN_USE'
  /** The data directory, or the private directory of its sockets, can't be used by this user. */
  | 'DATA_DIRECTORY_UNUSABLE';

/** Why an embedded engine does not run: a message for a person and a stable `code`. */
export class EmbeddedEngineError extends Error {
  override readonly name: string = 'EmbeddedEngineError';
  readonly code: EmbeddedEngineErrorCode;

  constructor(code: EmbeddedEngineErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
