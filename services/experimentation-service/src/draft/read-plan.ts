import { timestampDate } from '@bufbuild/protobuf/wkt';
import type { StoredPlan } from '@stitchd/db/experiment';
import type { Plan } from '@stitchd/proto/experiment/v1/experiment';
import { experimentLimits } from '../limits.ts';
import type { FieldErrors } from './field-errors.ts';

/** What an experiment should find; what is left out has its default or is not planned. */
export function readPlan(given: Plan | undefined, errors: FieldErrors): StoredPlan {
  const { minimumEffectHigh, power: powers, unitsHigh, daysHigh } = experimentLimits.plan;
  const { minimumEffect, plannedUnits, plannedDays } = given ?? {};
  const power = given === undefined || given.power === 0 ? powers.default : given.power;
  errors.check(
    isAbsentOr(minimumEffect, (effect) => effect > 0 && effect <= minimumEffectHigh),
    'plan.minimumEffect',
    `must be more than 0 and at most ${minimumEffectHigh}: 0.02 is 2 %`,
  );
  errors.check(power >= powers.low && power <= powers.high, 'plan.power', `must lie between ${powers.low} and ${powers.high}`);
  errors.check(
    isAbsentOr(plannedUnits, (units) => Number.isInteger(units) && units >= 1 && units <= unitsHigh),
    'plan.plannedUnits',
    `must be a whole number from 1 to ${unitsHigh}`,
  );
  errors.check(
    isAbsentOr(plannedDays, (days) => days > 0 && days <= daysHigh),
    'plan.plannedDays',
    `must be more than 0 and at most ${daysHigh}`,
  );
  const endsAt = given?.endsAt && readEnd(timestampDate(given.endsAt), errors);
  return {
    power,
    ...(minimumEffect !== undefined && { minimumEffect }),
    ...(plannedUnits !== undefined && { plannedUnits }),
    ...(plannedDays !== undefined && { plannedDays }),
    ...(endsAt !== undefined && { endsAt }),
  };
}

function isAbsentOr(value: number | undefined, fits: (value: number) => boolean): boolean {
  return value === undefined || fits(value);
}

function readEnd(date: Date, errors: FieldErrors): string | undefined {
  const { fromMs, toMs } = experimentLimits.period;
  const usable = date.getTime() >= fromMs && date.getTime() <= toMs;
  return errors.check(usable, 'plan.endsAt', 'must be a time from 2000 to 2100') ? date.toISOString() : undefined;
}
