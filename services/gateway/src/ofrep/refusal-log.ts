import { createBoundedMap, type Logger } from '@stitchd/service-kit';
import { exposureRefusalLogMs, maxExposureRefusalReasons } from '../limits.ts';

/** Says why exposures were refused: each reason once, and again after a while with how many there were meanwhile. */
export function createRefusalLog({ log, nowMs }: { readonly log: Logger; readonly nowMs: () => number }): {
  readonly note: (code: string, message: string) => void;
} {
  const told = createBoundedMap<{ readonly atMs: number; untold: number }>(maxExposureRefusalReasons);
  return {
    note(code, message) {
      const reason = `${code} ${message}`;
      const last = told.get(reason);
      if (last !== undefined && nowMs() - last.atMs < exposureRefusalLogMs) {
        last.untold++;
        return;
      }
      log.warn({ code, reason: message, items: 1 + (last?.untold ?? 0) }, 'exposures of remote evaluations were refused');
      told.set(reason, { atMs: nowMs(), untold: 0 });
    },
  };
}
