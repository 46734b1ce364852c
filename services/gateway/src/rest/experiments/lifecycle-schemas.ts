import { bucketCount } from '@stitchd/core';
import { z } from 'zod';
import { idField, timestampField } from '../fields.ts';
import { arm } from './experiment-schemas.ts';

const milliPercent = z.number().int().min(0).max(bucketCount).describe('In thousandths of a percent.');

export const stop = z
  .strictObject({
    serve: z
      .union([z.strictObject({ keep: z.literal(true) }), z.strictObject({ variant: z.string() })])
      .describe('Required: what is served from then on. `keep` leaves the split as it is, `variant` serves one to everybody.'),
    note: z.string().optional().describe('Why, for those who read it later.'),
  })
  .meta({ id: 'StopExperiment', examples: [{ serve: { variant: 'on' }, note: 'It sells more.' }] });

export const restart = z
  .strictObject({ rerandomise: z.boolean().optional().describe('Draw anew who gets what; `true` if left out.') })
  .meta({ id: 'RestartExperiment', examples: [{ rerandomise: true }] });

export const raiseEnrolment = z
  .strictObject({ milliPercent: milliPercent.describe('Not less than it is, in thousandths of a percent.') })
  .meta({ id: 'RaiseEnrolment', examples: [{ milliPercent: 50_000 }] });

export const changeWeights = z.strictObject({ arms: z.array(arm) }).meta({
  id: 'ChangeWeights',
  examples: [
    {
      arms: [
        { variant: 'off', expectedMilliPercent: 50_000 },
        { variant: 'on', expectedMilliPercent: 50_000 },
      ],
    },
  ],
});

export const checklist = z
  .object({
    items: z.array(
      z.object({
        check: z.enum([
          'split',
          'baseline',
          'flag-on',
          'overlap',
          'metrics',
          'data',
          'unit',
          'power',
          'dimensions',
          'deliveries',
        ]),
        status: z.enum(['ok', 'warning', 'blocks']),
        title: z.string(),
        remedy: z.string().describe('What to do; empty where all is well.'),
      }),
    ),
    mayStart: z.boolean().describe('Nothing blocks.'),
  })
  .meta({ id: 'StartChecklist' });

const serve = z.object({ kind: z.enum(['keep', 'variant']), variant: z.string(), note: z.string() });

export const stopPreview = z
  .object({
    items: z.array(
      z.object({
        serve,
        staysMilliPercent: milliPercent,
        changesMilliPercent: milliPercent,
        moves: z.array(z.object({ from: z.string(), to: z.string(), milliPercent })),
      }),
    ),
  })
  .meta({ id: 'StopPreview' });

export const iterationList = z
  .object({
    items: z.array(
      z.object({
        id: idField,
        number: z.number().int().describe('Counts from 1.'),
        startedAt: timestampField,
        stoppedAt: timestampField.optional(),
        state: z.enum(['running', 'paused', 'stopped']),
        endedAs: z.string().describe('The code of the last decision; empty: none was said.'),
        reRandomised: z.boolean(),
        snapshot: z.record(z.string(), z.unknown()).describe('Everything that decides the results, as at the start.'),
        snapshotHash: z.string().describe('SHA-256 of the snapshot’s canonical JSON (RFC 8785).'),
        changedAfterStart: z.array(z.string()),
        periods: z.array(
          z.object({
            number: z.number().int(),
            from: timestampField,
            to: timestampField.optional(),
            arms: z.array(arm),
            enrolmentMilliPercent: milliPercent.describe('At its end, or now.'),
            isPause: z.boolean().describe('Units that came first in it stay out of the analysis for good.'),
          }),
        ),
        servedAfter: serve.optional(),
        graceUntil: timestampField.optional(),
      }),
    ),
  })
  .meta({ id: 'IterationList' });
