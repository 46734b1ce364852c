import type { ConnectError } from '@connectrpc/connect';
import { problem } from '@stitchd/service-kit';

export interface FieldError {
  readonly path: string;
  readonly message: string;
}

/** Gathers what is wrong, so that a client can mend all of it at once. */
export interface FieldErrors {
  /** @returns whether the condition holds */
  readonly check: (holds: boolean, path: string, message: string) => boolean;
  readonly add: (path: string, message: string) => void;
  /** VALIDATION_FAILED where anything is wrong. */
  readonly refusal: () => ConnectError | undefined;
  /** Throws the refusal, if there is one. */
  readonly refuse: () => void;
}

export function createFieldErrors(): FieldErrors {
  const errors: FieldError[] = [];
  const refusal = (): ConnectError | undefined => {
    const [first] = errors;
    if (first === undefined) return undefined;
    const more = errors.length === 1 ? '' : ` (and ${errors.length - 1} more)`;
    return problem('VALIDATION_FAILED', `${first.path}: ${first.message}${more}`, { errors });
  };
  return {
    check(holds, path, message) {
      if (!holds) errors.push({ path, message });
      return holds;
    },
    add: (path, message) => void errors.push({ path, message }),
    refusal,
    refuse() {
      const refused = refusal();
      if (refused) throw refused;
    },
  };
}
