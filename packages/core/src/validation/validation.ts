import { validationLimits } from './validation-limits.ts';

/** What is wrong with one place of the input. */
export interface ValidationError {
  /** JSON pointer (RFC 6901); '' is the whole. */
  readonly path: string;
  readonly message: string;
}

/** The outcome of reading input of any origin. */
export type Validation<Value> =
  | { readonly kind: 'ok'; readonly value: Value }
  | { readonly kind: 'invalid'; readonly errors: readonly ValidationError[] };

/** Collects what is wrong, up to a limit. */
export class ErrorList {
  readonly errors: ValidationError[] = [];

  /** Notes an error and returns `undefined`, so that a reader can end with it. */
  add(path: string, message: string): undefined {
    if (this.errors.length < validationLimits.reportedErrors) this.errors.push({ path, message });
    return undefined;
  }
}

/** Reads one value at a path; `undefined` after noting at least one error. */
export type Reader<Value> = (input: unknown, path: string, errors: ErrorList) => Value | undefined;

/** Runs a reader on the whole of an input. Never throws, whatever getters or proxies the input has. */
export function validate<Value>(input: unknown, read: Reader<Value>): Validation<Value> {
  const errors = new ErrorList();
  try {
    const value = read(input, '', errors);
    if (errors.errors.length === 0 && value !== undefined) return { kind: 'ok', value };
  } catch {
    // Only an input that isn't plain data can get here: its own code threw while it was read.
    errors.add('', 'can not be read');
  }
  return { kind: 'invalid', errors: errors.errors };
}

/** The path of a member. */
export function memberPath(path: string, name: string | number): string {
  return `${path}/${String(name).replaceAll('~', '~0').replaceAll('/', '~1')}`;
}
