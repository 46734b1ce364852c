import type { EvaluationReason } from '../evaluation/details.ts';
import type { FlagUse, UsageItem } from './usage-item.ts';
import { usageLimits } from './usage-limits.ts';

type How = 'count' | 'delivered';

/** Answers that are sent in one item, always the same ones. */
interface Part {
  readonly id: string;
  readonly uses: { -readonly [Name in keyof FlagUse]: FlagUse[Name] }[];
  changed: boolean;
  /** Reads that the last item told that was taken. */
  told: number;
}

/** What evaluations answered, counted since the hour began; see `UsageItem`. */
export interface UsageCounts {
  readonly add: (flag: string, variant: string | undefined, reason: EvaluationReason, how: How, times?: number) => void;
  /** Counts reads whose answers are not told apart. */
  readonly addUncounted: (times: number) => void;
  /**
   * Hands over what changed since the last report. What `send` answers false for is handed over again, with what came to it;
   * at the end of its hour it becomes uncounted.
   */
  readonly report: (nowMs: number, send: (item: UsageItem) => boolean) => void;
  /** Whether the hour of what is counted is over. */
  readonly isOver: (nowMs: number) => boolean;
}

export function createUsageCounts(newId: (atMs: number) => string, startMs: number): UsageCounts {
  let from = startMs;
  let uncounted = 0;
  let parts: Part[] = [];
  const places = new Map<string, { readonly part: Part; readonly use: Part['uses'][number] }>();

  const hourOf = (atMs: number): number => Math.floor(atMs / usageLimits.periodMs);
  const isOver = (nowMs: number): boolean => hourOf(nowMs) !== hourOf(from);

  function partWithRoom(): Part {
    const last = parts.at(-1);
    if (last !== undefined && last.uses.length < usageLimits.groupsPerItem) return last;
    const part: Part = { id: newId(from), uses: [], changed: false, told: 0 };
    parts.push(part);
    return part;
  }

  function addUncounted(times: number): void {
    uncounted += times;
    const [first = partWithRoom()] = parts;
    first.changed = true;
  }

  return {
    add(flag, variant, reason, how, times = 1) {
      const name = `${flag} ${reason} ${variant ?? ''}`;
      let place = places.get(name);
      if (place === undefined) {
        if (places.size >= usageLimits.maxGroups) return addUncounted(times);
        const part = partWithRoom();
        const use = variant === undefined ? { flag, reason } : { flag, variant, reason };
        part.uses.push(use);
        places.set(name, (place = { part, use }));
      }
      place.use[how] = (place.use[how] ?? 0) + times;
      place.part.changed = true;
    },
    addUncounted,
    report(nowMs, send) {
      let lost = 0;
      for (const [index, part] of parts.entries()) {
        if (!part.changed) continue;
        const told = index === 0 && uncounted > 0 ? { uncounted } : {};
        const item = {
          type: 'usage',
          id: part.id,
          at: nowMs,
          from: Math.min(from, nowMs),
          to: nowMs,
          flags: part.uses,
          ...told,
        } as const;
        const reads = part.uses.reduce((sum, { count = 0 }) => sum + count, told.uncounted ?? 0);
        part.changed = !send(item);
        if (part.changed) lost += reads - part.told;
        else part.told = reads;
      }
      if (!isOver(nowMs)) return;
      from = nowMs;
      uncounted = 0;
      parts = [];
      places.clear();
      if (lost > 0) addUncounted(lost);
    },
    isOver,
  };
}
