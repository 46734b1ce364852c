/** What a command exits with, and what each number means; printed by `stitchd --help`. */
export const exitCodes = {
  /** It did what it was asked. */
  OK: 0,
  /** Something failed that the message names. */
  FAILED: 1,
  /** The words of the call are off. */
  USAGE: 2,
  /** A setting can't be used. */
  CONFIGURATION: 3,
  /** Another Stitchd runs on the data directory, or a port is taken. */
  IN_USE: 4,
  /** The product, or a store, doesn't answer. */
  UNREACHABLE: 5,
} as const;

const exitCodeOf = {
  DATA_DIRECTORY_IN_USE: exitCodes.IN_USE,
  PORT_IN_USE: exitCodes.IN_USE,
  CONFIGURATION: exitCodes.CONFIGURATION,
  UNREACHABLE: exitCodes.UNREACHABLE,
  USAGE: exitCodes.USAGE,
  FAILED: exitCodes.FAILED,
} as const;

export type CommandErrorCode = keyof typeof exitCodeOf;

/** A failure that a person can act on: its message says how. */
export class CommandError extends Error {
  readonly code: CommandErrorCode;
  readonly exitCode: number;

  constructor(message: string, code: CommandErrorCode = 'FAILED', options?: ErrorOptions) {
    super(message, options);
    this.name = 'CommandError';
    this.code = code;
    this.exitCode = exitCodeOf[code];
  }
}
