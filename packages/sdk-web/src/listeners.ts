import { webLimits } from './web-limits.ts';
import type { WebLogger } from './web-logger.ts';

/** Who wants to know of something. */
export interface Listeners<Told> {
  /** @returns what ends it */
  readonly add: (listener: (told: Told) => void) => () => void;
  readonly tell: (told: Told) => void;
}

export function createListeners<Told>(logger: WebLogger): Listeners<Told> {
  const listeners = new Set<(told: Told) => void>();
  return {
    add(listener) {
      if (listeners.size >= webLimits.maxListeners) {
        logger.warn(`more than ${webLimits.maxListeners} listeners: is one added with every rendering?`);
        return () => undefined;
      }
      // The same function may be added twice, and is removed once for each.
      const own = (told: Told): void => listener(told);
      listeners.add(own);
      return () => void listeners.delete(own);
    },
    tell(told) {
      for (const listener of listeners) {
        try {
          listener(told);
        } catch (error) {
          logger.error(`a listener failed: ${String(error)}`);
        }
      }
    },
  };
}
