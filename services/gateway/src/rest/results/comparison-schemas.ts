import { z } from 'zod';
import { timestampField } from '../fields.ts';
import { effect } from './effect-schemas.ts';
import { daysLeft, interval } from './figure-schemas.ts';

const variants = z.array(z.string());
const atLeast = z.number().int();

const warning = z
  .discriminatedUnion('kind', [
    z.object({ kind: z.literal('few-conversions'), variants, atLeast }),
    z.object({ kind: z.literal('few-units'), variants, atLeast }),
    z.object({ kind: z.literal('large-unit'), variants }),
    z.object({ kind: z.literal('no-variance-in-one-arm'), variants }),
    z.object({ kind: z.literal('heavy-tail'), variants, atLeast }),
    z.object({ kind: z.literal('ratio-denominator-moved'), variants }),
    z.object({ kind: z.literal('open-window') }),
  ])
  .meta({ id: 'ComparisonWarning', description: 'What a reader has to know before believing a comparison.' });

const bestGuess = z
  .object({
    isLift: z.boolean().describe('Relative; else in the metric’s units.'),
    value: z.number(),
    interval: interval.describe('Of 95 %, as a belief.'),
    chanceBetter: z.number().describe('That the arm is better than the baseline, 0 to 1.'),
    lossOfShipping: z.number().describe('Lost on average by shipping the arm…'),
    lossOfKeeping: z.number().describe('…and by keeping the baseline.'),
  })
  .meta({ id: 'BestGuess', description: 'What to believe once luck is allowed for.' });

const weekly = z
  .object({
    value: z.number().describe('In the metric’s units; of a share, units that do it.'),
    interval: interval.nullable().describe('Of the worst ends of effect and traffic; excludes 0 when that of the effect does.'),
  })
  .meta({ id: 'WeeklyEffect' });

const verdict = z
  .object({
    at: timestampField,
    direction: z.enum(['up', 'down']),
    isGood: z.boolean(),
    share: z.number().describe('Of the plan, at that look.'),
    z: z.number(),
    bar: z.number(),
    snapshotHash: z.string(),
    hasParted: z.boolean().describe('The present interval includes 0 again; the verdict stays.'),
    changedShare: z
      .number()
      .nullable()
      .describe(
        'Units that were added (late exposures) or taken away (erased, excluded) since, as a share of those that it rests on; at least. Null where it rests on no whole day.',
      ),
  })
  .meta({ id: 'StoredVerdict', description: 'The first crossing of the bar, kept as it was.' });

const harm = z
  .object({
    windowHours: z.number().nullable().describe('After the exposure; null for the metric’s own window.'),
    status: z.enum(['ok', 'alarm', 'waiting']),
    pValue: z.number().nullable().describe('Valid at any look.'),
    by: z.number().nullable().describe('How much worse…'),
    atLeast: z.number().nullable().describe('…and surely at least.'),
    isLift: z.boolean(),
  })
  .meta({ id: 'HarmAlarm' });

export const comparison = z
  .object({
    variant: z.string(),
    uses: z.enum(['raw', 'adjusted']).describe('Which of the two the verdict uses, as planned.'),
    effect: effect.describe('The figures of `uses`: what is shown first.'),
    raw: effect,
    adjusted: effect.nullable(),
    adjustment: z.object({
      status: z.enum(['applied', 'off', 'no-covariate', 'does-not-help', 'few-units', 'not-computable']),
      varianceRatio: z.number().nullable().describe('What is left of the variance: 0.75 is as if there were a third more units.'),
      historyShare: z.number().nullable().describe('Units with a history, of all.'),
    }),
    maturing: z
      .object({
        difference: z.number().nullable(),
        interval: interval.nullable(),
        lift: z.number().nullable(),
        liftInterval: interval.nullable(),
      })
      .nullable()
      .describe('Of all units, also those whose window is open; never judged.'),
    share: z.number().nullable().describe('Of this metric’s plan that has matured; null without a plan.'),
    z: z.number().nullable(),
    bar: z.number().nullable().describe('|z| from which an effect is called at this look.'),
    runningPValue: z.number().nullable().describe('The least of all looks so far.'),
    adjustedPValue: z.number().nullable().describe('After the correction for several comparisons.'),
    correction: z.enum(['holm', 'benjamini-hochberg', 'none']),
    isCalled: z.boolean(),
    isClosedAtZero: z.boolean().describe('Called by step-down although its interval contains 0: it is drawn closed at 0.'),
    bestGuess: bestGuess.nullable(),
    perWeek: weekly
      .nullable()
      .describe(
        'What `effect` comes to in a week of full rollout, over all units: in the metric’s own unit, of a share the units more that do it. Null for ratios and quantiles, without a window, and where `traffic` is null.',
      ),
    verdict: verdict.nullable(),
    guardrail: z
      .object({ margin: z.number(), outcome: z.enum(['passed', 'failed', 'open']), daysLeft: daysLeft.nullable() })
      .nullable()
      .describe('`passed`: not worse than the margin; `failed`: worse; `open`: not known yet.'),
    harm: z.array(harm).describe('Of the primary metric and guardrails, by window.'),
    warnings: z.array(warning),
  })
  .meta({ id: 'MetricComparison' });
