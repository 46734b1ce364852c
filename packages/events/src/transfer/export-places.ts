import { transferLimits } from './transfer-limits.ts';

/** How many exports of each environment are under way in this process. */
export interface ExportPlaces {
  /** Takes a place; undefined where there are as many as may be. Giving it back twice does no harm. */
  readonly take: (environmentId: string) => (() => void) | undefined;
}

export function createExportPlaces(): ExportPlaces {
  const taken = new Map<string, number>();
  return {
    take(environmentId) {
      const before = taken.get(environmentId) ?? 0;
      if (before >= transferLimits.exports) return undefined;
      taken.set(environmentId, before + 1);
      let isTaken = true;
      return () => {
        if (!isTaken) return;
        isTaken = false;
        const left = (taken.get(environmentId) ?? 1) - 1;
        if (left > 0) taken.set(environmentId, left);
        else taken.delete(environmentId);
      };
    },
  };
}
