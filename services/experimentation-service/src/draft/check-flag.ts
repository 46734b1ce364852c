import type { FlagConfiguration, Serve, Split } from '@stitchd/core';
import { weightsOf } from '@stitchd/core';
import type { StoredArm } from '@stitchd/db/experiment';
import type { Flag } from '@stitchd/proto/flag/v1/flag';
import { isProblem, problemOf } from '@stitchd/service-kit';
import type { ExperimentationContext } from '../context.ts';
import { experimentLimits, wholeShare } from '../limits.ts';
import { checkBaseline } from './check-arms.ts';
import { createFieldErrors, type FieldErrors } from './field-errors.ts';
import type { Draft } from './read-draft.ts';

/** What the flag adds to a draft. */
export interface Arrangement {
  readonly arms: readonly StoredArm[];
  readonly unitKind: string;
  /** Of the split as it is. */
  readonly enrolmentMilliPercent: number;
}

/**
 * Asks flag-service what the experiment would stand on.
 * @throws VALIDATION_FAILED where flag, rule, split or variants are not there
 */
export async function checkFlag(ctx: ExperimentationContext, draft: Draft): Promise<Arrangement> {
  const errors = createFieldErrors();
  const flag = await findFlag(ctx, draft.flagKey);
  if (flag === undefined || flag.archived) {
    errors.add('flagKey', `there is no flag "${draft.flagKey}"`);
    throw errors.refusal();
  }
  const arrangement =
    draft.assignment === 'recorded' ? recordedArrangement(draft, flag, errors) : await splitArrangement(ctx, draft, errors);
  errors.refuse();
  return arrangement;
}

async function findFlag(ctx: ExperimentationContext, key: string): Promise<Flag | undefined> {
  try {
    return await ctx.flags.getFlag({ key });
  } catch (error) {
    if (isProblem(error, 'NOT_FOUND')) return undefined;
    throw error;
  }
}

function recordedArrangement(draft: Draft, flag: Flag, errors: FieldErrors): Arrangement {
  for (const [index, { variant }] of draft.arms.entries()) {
    const exists = flag.variants.some(({ key }) => key === variant);
    errors.check(exists, `arms[${index}].variant`, `the flag has no variant "${variant}"`);
  }
  return {
    arms: draft.arms,
    unitKind: draft.unitKind || experimentLimits.defaultUnitKind,
    enrolmentMilliPercent: wholeShare,
  };
}

async function splitArrangement(ctx: ExperimentationContext, draft: Draft, errors: FieldErrors): Promise<Arrangement> {
  const { document } = await ctx.flags.getConfiguration({ flagKey: draft.flagKey });
  const split = findSplit(document as unknown as FlagConfiguration, draft.ruleId, errors);
  if (split === undefined) return { arms: [], unitKind: draft.unitKind, enrolmentMilliPercent: wholeShare };
  errors.check(split.iterationId === undefined, 'flagKey', 'another running experiment stands on this split');
  checkUnit(split, draft.unitKind, errors);
  const arms = Object.entries(weightsOf(split.ranges)).map(([variant, weight]) => ({ variant, expectedMilliPercent: weight }));
  errors.check(arms.length >= 2, 'flagKey', 'the split serves one variant only');
  checkBaseline(arms, draft.baselineVariant, errors);
  return { arms, unitKind: split.contextKind, enrolmentMilliPercent: enrolmentOf(split) };
}

/** The share of units that take part, in thousandths of a percent. */
export function enrolmentOf({ enrol }: Pick<Split, 'enrol'>): number {
  return enrol === undefined ? wholeShare : enrol.ranges.reduce((sum, { from, to }) => sum + to - from, 0);
}

function findSplit(configuration: FlagConfiguration, ruleId: string, errors: FieldErrors): Split | undefined {
  if (ruleId === '')
    return splitOf(configuration.defaultServe, 'flagKey', 'the default serve of this flag is not a split', errors);
  const rule = configuration.rules.find(({ id }) => id === ruleId);
  if (!errors.check(rule !== undefined, 'ruleId', `the flag has no rule "${ruleId}" here`) || rule === undefined)
    return undefined;
  return splitOf(rule.serve, 'ruleId', 'this rule does not serve a split', errors);
}

function splitOf(serve: Serve, path: string, message: string, errors: FieldErrors): Split | undefined {
  if ('split' in serve) return serve.split;
  errors.add(path, message);
  return undefined;
}

/** Exposures carry the keys of context kinds, so the key has to be what the split is drawn by. */
function checkUnit(split: Split, unitKind: string, errors: FieldErrors): void {
  const byKey = split.attribute === undefined || split.attribute === '';
  errors.check(byKey, 'flagKey', `the split is drawn by the attribute ${split.attribute}, which exposures do not carry`);
  const same = unitKind === '' || unitKind === split.contextKind;
  errors.check(same, 'unitKind', `the split is drawn by ${split.contextKind}; leave unitKind out`);
}

/**
 * Which of these metrics the project lacks, or has archived, is told by their place. Of more than there may be, none is asked for.
 * @param list - the field that they are in
 * @param place - what follows the index
 */
export async function checkMetrics(
  ctx: ExperimentationContext,
  keys: readonly string[],
  list: string,
  place = '',
): Promise<void> {
  const errors = createFieldErrors();
  const { metrics: most } = experimentLimits;
  errors.check(keys.length <= most, list, `must be at most ${most}`);
  errors.refuse();
  const placeOf = (index: number): string => `${list}[${index}]${place}`;
  const found = await Promise.all(keys.map(async (key) => ({ key, state: await metricState(ctx, key) })));
  for (const [index, { key, state }] of found.entries()) {
    errors.check(state !== 'missing', placeOf(index), `there is no metric "${key}"`);
    errors.check(state !== 'archived', placeOf(index), `the metric "${key}" is archived`);
  }
  errors.refuse();
}

/** The same, of an experiment's metrics. */
export function checkMetricsOf(ctx: ExperimentationContext, metrics: readonly { readonly key: string }[]): Promise<void> {
  return checkMetrics(
    ctx,
    metrics.map(({ key }) => key),
    'metrics',
    '.key',
  );
}

async function metricState(ctx: ExperimentationContext, key: string): Promise<'usable' | 'archived' | 'missing'> {
  try {
    const { archived } = await ctx.metrics.getMetric({ key });
    return archived ? 'archived' : 'usable';
  } catch (error) {
    if (['NOT_FOUND', 'VALIDATION_FAILED'].includes(problemOf(error).code)) return 'missing';
    throw error;
  }
}
