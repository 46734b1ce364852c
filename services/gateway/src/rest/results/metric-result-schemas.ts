import { metricTypes } from '@stitchd/core';
import { z } from 'zod';
import { metricDefinition } from '../events/metric-definition-schemas.ts';
import { timestampField } from '../fields.ts';
import { comparison } from './comparison-schemas.ts';

const role = z.enum(['primary', 'secondary', 'guardrail']);
const stage = z
  .enum(['definition', 'figures', 'comparison'])
  .describe('Where a metric failed: looking up its definition, reading its figures, or comparing the arms.');
const failureCode = z.enum(['METRIC_NOT_FOUND', 'METRIC_UNSUPPORTED', 'VALUES_NOT_FINITE', 'QUERY_FAILED']);

const metricArm = z
  .object({
    variant: z.string(),
    n: z.number().int().describe('Units whose window has closed: those that are compared.'),
    mean: z.number().nullable().describe('Of these units, or as `estimate` says; of a share from 0 to 1. Null without units.'),
    adjustedMean: z.number().nullable().describe('Adjusted by what was known before the exposure; null where nothing was.'),
    standardDeviation: z.number().nullable().describe('Of the units, with divisor n − 1. Null for a ratio or quantile.'),
    sum: z.number().nullable().describe('Of the units’ values; of a share the units that did it. Null for a ratio or quantile.'),
    maturing: z
      .object({ n: z.number().int(), mean: z.number().nullable() })
      .nullable()
      .describe('All units so far, also those whose window is open; null where there are no others.'),
    steps: z.array(z.number().int()).nullable().describe('Of a funnel: units that did at least so many steps, in order.'),
    parts: z
      .object({ numerator: z.number(), denominator: z.number() })
      .nullable()
      .describe('Of a ratio: the means over units that are divided.'),
    capped: z
      .object({ cap: z.number(), units: z.number().int(), taken: z.number(), shareTaken: z.number() })
      .nullable()
      .describe('Of a capped metric: units above the cap, and what of the sum it took away.'),
  })
  .meta({ id: 'MetricArm', description: 'One arm by itself.' });

const stale = z
  .object({
    since: timestampField.describe('When this value was computed.'),
    stage,
    code: failureCode,
    cause: z.string(),
    query: z.string().nullable().describe('What was asked of the event store; null where it failed elsewhere.'),
  })
  .meta({ id: 'StaleMetric', description: 'Why a metric shows its last good value.' });

const computedMetric = z
  .object({
    kind: z.literal('computed'),
    key: z.string(),
    name: z.string(),
    role,
    isExploratory: z.boolean().describe('Not part of any verdict: a secondary metric, or one that was changed after the start.'),
    margin: z.number().nullable().describe('Of a guardrail: the relative worsening that is allowed.'),
    version: z.number().int().describe('Which of the metric’s definitions was measured.'),
    type: z.enum(metricTypes),
    direction: z.enum(['increase', 'decrease']).describe('Which way is better.'),
    definition: metricDefinition,
    estimate: z.enum(['mean', 'share', 'ratio', 'quantile']).describe('What an arm’s `mean` is.'),
    windowHours: z.number().nullable().describe('Null: events count without end, so that no verdict holds.'),
    stale: stale.nullable().describe('Null where this is the present value.'),
    arms: z.array(metricArm),
    comparisons: z.array(comparison).describe('Every arm but the baseline, against the baseline.'),
  })
  .meta({ id: 'ComputedMetric' });

const failedMetric = z
  .object({
    kind: z.literal('failed'),
    key: z.string(),
    role,
    failure: z.object({ code: failureCode, message: z.string(), stage, query: z.string().nullable() }),
  })
  .meta({ id: 'FailedMetric' });

export const metricResult = z.discriminatedUnion('kind', [computedMetric, failedMetric]);
