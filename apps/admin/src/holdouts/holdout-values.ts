import type { Schemas } from '@stitchd/rest-client';
import { milliPercentOf } from '../layers/percent-text.ts';

/** What a form about a holdout holds. */
export interface HoldoutValues {
  readonly name: string;
  readonly key: string;
  readonly description: string;
  readonly unitKind: string;
  readonly sharePercent: number | string;
  readonly metricKeys: string[];
  readonly exceptFlagKeys: string[];
  /** YYYY-MM-DD, or empty: no planned end. */
  readonly endsOn: string;
}

export const newHoldoutValues: HoldoutValues = {
  name: '',
  key: '',
  description: '',
  unitKind: 'user',
  sharePercent: 5,
  metricKeys: [],
  exceptFlagKeys: [],
  endsOn: '',
};

const dayLength = 10;

export function valuesOf(holdout: Schemas['Holdout']): HoldoutValues {
  const { name, key, description, unitKind, shareMilliPercent, metricKeys, exceptFlagKeys, endsAt } = holdout;
  return {
    name,
    key,
    description,
    unitKind,
    sharePercent: shareMilliPercent / 1_000,
    metricKeys: [...metricKeys],
    exceptFlagKeys: [...exceptFlagKeys],
    endsOn: endsAt?.slice(0, dayLength) ?? '',
  };
}

/** The beginning of that day, UTC. */
const endOf = (day: string): string => `${day}T00:00:00Z`;

export function newHoldoutOf(values: HoldoutValues): Schemas['NewHoldout'] {
  const { name, key, description, unitKind, sharePercent, metricKeys, exceptFlagKeys, endsOn } = values;
  return {
    key,
    name: name || key,
    description,
    unitKind: unitKind.trim(),
    shareMilliPercent: milliPercentOf(sharePercent) ?? 0,
    metricKeys,
    exceptFlagKeys,
    ...(endsOn !== '' && { endsAt: endOf(endsOn) }),
  };
}

/** What differs from how the holdout is now: what has run takes no other share, and what has ended takes texts alone. */
export function holdoutPatchOf(values: HoldoutValues, before: Schemas['Holdout']): Schemas['HoldoutPatch'] {
  const was = valuesOf(before);
  const { name, description, sharePercent, metricKeys, exceptFlagKeys, endsOn } = values;
  const differs = (left: unknown, right: unknown): boolean => JSON.stringify(left) !== JSON.stringify(right);
  return {
    name: name || before.key,
    description,
    ...(differs(sharePercent, was.sharePercent) && { shareMilliPercent: milliPercentOf(sharePercent) ?? 0 }),
    ...(differs(metricKeys, was.metricKeys) && { metricKeys }),
    ...(differs(exceptFlagKeys, was.exceptFlagKeys) && { exceptFlagKeys }),
    ...(endsOn !== was.endsOn && { endsAt: endsOn === '' ? null : endOf(endsOn) }),
  };
}
