import { createBoundedMap } from '@stitchd/service-kit';
import { eventServiceLimits } from '../limits.ts';

/** What became of an environment's items in some time. */
export interface ItemFigures {
  readonly accepted: number;
  readonly rejected: number;
  /** Of requests that were refused because there were too many. */
  readonly limited: number;
}

/** Counts items by environment over the last hour, in this process: for people, who look at one environment at a time. */
export interface ItemCounts {
  readonly add: (environmentId: string, figures: Partial<ItemFigures>) => void;
  /** @param minutes - up to 60, the one that runs included */
  readonly of: (environmentId: string, minutes: number) => ItemFigures;
}

type Minute = { -readonly [Name in keyof ItemFigures]: number } & { readonly number: number };

const minuteMs = 60_000;
const keptMinutes = 60;

export function createItemCounts(nowMs: () => number): ItemCounts {
  const environments = createBoundedMap<Minute[]>(eventServiceLimits.limitedEnvironments);
  const thisMinute = (): number => Math.floor(nowMs() / minuteMs);
  return {
    add(environmentId, { accepted = 0, rejected = 0, limited = 0 }) {
      const number = thisMinute();
      const minutes = (environments.get(environmentId) ?? []).filter((minute) => minute.number > number - keptMinutes);
      let minute = minutes.find((each) => each.number === number);
      if (minute === undefined) {
        minute = { number, accepted: 0, rejected: 0, limited: 0 };
        minutes.push(minute);
        environments.set(environmentId, minutes);
      }
      minute.accepted += accepted;
      minute.rejected += rejected;
      minute.limited += limited;
    },
    of(environmentId, minutes) {
      const from = thisMinute() - minutes;
      const sum = { accepted: 0, rejected: 0, limited: 0 };
      for (const minute of environments.get(environmentId) ?? []) {
        if (minute.number <= from) continue;
        sum.accepted += minute.accepted;
        sum.rejected += minute.rejected;
        sum.limited += minute.limited;
      }
      return sum;
    },
  };
}
