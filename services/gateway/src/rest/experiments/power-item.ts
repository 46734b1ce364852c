import type { ChecklistItem, PowerQuestion } from '@stitchd/proto/experiment/v1/experiment';
import { Planning } from '@stitchd/proto/stats/v1/planning';
import { problemOf } from '@stitchd/service-kit';
import type { z } from 'zod';
import type { GatewayContext } from '../../context.ts';
import { checklistForecastMs, planHistoryDays, planTolerance } from '../../limits.ts';
import { experimentPlan } from '../results/planning-schemas.ts';

type Plan = z.infer<typeof experimentPlan>;
type Item = Pick<ChecklistItem, 'check' | 'status' | 'title' | 'remedy'>;

/**
 * What the past says of a plan, as an item of the checklist. Two services know half of it each, so that it is put together here.
 * A start waits for nobody: where the past can't be asked the item says so.
 * @returns undefined where there is no past to say it
 */
export async function powerItem(
  question: PowerQuestion,
  { call, log }: Pick<GatewayContext, 'call' | 'log'>,
): Promise<Item | undefined> {
  const { metricKey, arms, plannedUnits: _units, plannedDays: _days, $typeName: _name, ...asked } = question;
  const planBy = async (flagKey: string): Promise<Plan> => {
    const request = {
      ...asked,
      flagKey,
      metricKeys: [metricKey],
      historyDays: planHistoryDays,
      arms: arms.map(({ variant, expectedMilliPercent }) => ({ variant, milliPercent: expectedMilliPercent })),
    };
    const { plan } = await call(Planning.method.planExperiment, request, { timeoutMs: checklistForecastMs });
    return experimentPlan.parse(plan);
  };
  try {
    const byFlag = await planBy(question.flagKey);
    // A flag that nothing ran on had no exposures: then units with the metric's events are the best guess.
    return judged(byFlag.verdict.code === 'no-traffic' ? await planBy('') : byFlag, question);
  } catch (error) {
    const { code } = problemOf(error);
    log.warn({ code, flag: question.flagKey, metric: question.metricKey, err: error }, 'the past of a plan could not be asked');
    return {
      check: 'power',
      status: 'warning',
      title: `Whether today's traffic is enough for the plan could not be found out (${code}).`,
      remedy: 'Look at the checklist again in a while.',
    };
  }
}

/** The item of power with what the past says: in its place where all seemed well, else beside it. */
export function withForecast(item: Item, forecast: Item | undefined): Item {
  const { check, status, title, remedy } = item;
  if (check !== 'power' || forecast === undefined) return { check, status, title, remedy };
  return status === 'ok' ? forecast : { check, status, title, remedy: `${remedy} ${forecast.title}` };
}

/** @returns undefined where the past says nothing */
export function judged({ metrics, verdict, traffic }: Plan, { plannedUnits, plannedDays }: PowerQuestion): Item | undefined {
  const guessed = traffic.source === 'flag' ? '' : ' The flag had no exposures: units with events of the metric were counted.';
  const title = `${verdict.words}${guessed}`;
  const warning = (remedy: string): Item => ({ check: 'power', status: 'warning', title, remedy });
  if (verdict.code === 'too-little-traffic') return warning('Plan for a larger effect, or let more units take part.');
  const [primary] = metrics;
  if (verdict.code !== 'feasible' || primary?.kind !== 'planned' || primary.point === null) return undefined;
  const { units, days } = primary.point;
  const isShort = (planned: number | undefined, needed: number | null): boolean =>
    planned !== undefined && needed !== null && planned < needed * (1 - planTolerance);
  if (isShort(plannedUnits, units))
    return warning(`The plan is for ${plannedUnits} units: plan for more, or for a larger effect.`);
  if (isShort(plannedDays, days)) return warning(`The plan is for ${plannedDays} days: plan for more, or for a larger effect.`);
  return { check: 'power', status: 'ok', title, remedy: '' };
}
