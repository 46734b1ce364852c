/** What a thrown value says, whatever it is. Never throws. */
export function errorText(error: unknown): string {
  try {
    return error instanceof Error ? error.message : String(error);
  } catch {
    return 'something that can not be described';
  }
}

/** The code of an error of the system, such as `ENOENT`. It may be of another realm: in Jest, Node's own errors are. */
export function errorCode(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
}

/**
 * Calls what the application passed. What it throws, and what a promise that it returns rejects with, goes to `onError` and
 * nowhere else.
 */
export function callGuarded(call: () => unknown, onError: (error: unknown) => void): void {
  try {
    const result = call();
    if (isThenable(result)) result.then(undefined, onError);
  } catch (error) {
    onError(error);
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}
