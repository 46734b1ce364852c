/** Counts failed sign-ins per e-mail address, in the memory of one replica. */
export interface AttemptLimiter {
  /** Takes one attempt. @returns for how many milliseconds none is left, or undefined where this one may go on */
  readonly take: (email: string) => number | undefined;
  /** A success: what came before was a person who mistyped. */
  readonly forget: (email: string) => void;
}

export function createAttemptLimiter(options: {
  readonly attempts: number;
  readonly windowMs: number;
  /** How many addresses are remembered; the oldest goes first. */
  readonly remembered: number;
  readonly nowMs: () => number;
}): AttemptLimiter {
  const takenAt = new Map<string, readonly number[]>();
  return {
    take(email) {
      const now = options.nowMs();
      const recent = (takenAt.get(email) ?? []).filter((at) => now - at < options.windowMs);
      const [oldest] = recent;
      if (oldest !== undefined && recent.length >= options.attempts) return options.windowMs - (now - oldest);
      takenAt.delete(email);
      takenAt.set(email, [...recent, now]);
      const [first] = takenAt.keys();
      if (takenAt.size > options.remembered && first !== undefined) takenAt.delete(first);
      return undefined;
    },
    forget: (email) => void takenAt.delete(email),
  };
}
