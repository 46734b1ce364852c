/**
 * Why a function refused its arguments.
 *
 * - `OUT_OF_DOMAIN`: the function has no value there (NaN, a probability above 1, no degrees of freedom).
 * - `OUT_OF_REACH`: it has one, but not one that this package can find to its promised accuracy.
 */
export type DomainErrorCode = 'OUT_OF_DOMAIN' | 'OUT_OF_REACH';

/** One argument of a refused call. */
export interface RefusedArgument {
  readonly functionName: string;
  readonly argument: string;
  readonly value: number | string;
  /** What the argument has to be, as the end of the sentence "it must be …". */
  readonly requirement: string;
}

/**
 * The typed refusal of this package. It marks a mistake of the calling program; what honest data can bring about
 * (no variance, too few units) comes back as a value with a `kind` instead.
 */
export class DomainError extends RangeError {
  readonly code: DomainErrorCode;
  readonly refused: RefusedArgument;

  constructor(code: DomainErrorCode, refused: RefusedArgument) {
    super(`${refused.functionName}: ${refused.argument} must be ${refused.requirement}, but it is ${refused.value}`);
    this.name = 'DomainError';
    this.code = code;
    this.refused = refused;
  }
}

/** A function that checks arguments in the name of `functionName`, so that each check is one line at the call. */
export function argumentsOf(
  functionName: string,
): (holds: boolean, argument: string, value: number | string, requirement: string) => void {
  return (holds, argument, value, requirement) => {
    if (!holds) throw new DomainError('OUT_OF_DOMAIN', { functionName, argument, value, requirement });
  };
}
