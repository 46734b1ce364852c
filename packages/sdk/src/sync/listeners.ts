import type { SdkLogger } from '../sdk-logger.ts';

/** Whom something is told; one that fails is logged, and hinders no other. */
export interface Listeners<T> {
  /** @returns what takes it off again */
  readonly add: (listener: (news: T) => void) => () => void;
  readonly tell: (news: T) => void;
}

export function createListeners<T>(logger: SdkLogger): Listeners<T> {
  const listeners = new Set<{ readonly hear: (news: T) => void }>();
  return {
    add(hear) {
      // The same function may listen twice.
      const listener = { hear };
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    tell(news) {
      for (const { hear } of listeners) {
        try {
          hear(news);
        } catch (error) {
          logger.error(`a listener failed: ${String(error)}`);
        }
      }
    },
  };
}
