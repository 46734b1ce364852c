import { exposuresOnNames } from '@stitchd/core';
import { z } from 'zod';
import { jsonValue, timestampField, versionField, wholeNumber } from '../fields.ts';

const strict = z.boolean().describe('Events that are not defined are refused; otherwise they are kept aside for 7 days.');
const itemsPerSecond = wholeNumber.describe('Items that the environment may send in a second, all senders together.');
const exposureAttributes = z.array(z.string()).describe('Attributes of contexts that exposures carry; at most 20.');
const exposuresOn = z
  .enum(exposuresOnNames)
  .describe(
    'What exposes a unit to an experiment: a `read` of a value by the application; or also a `delivery` of all values at once, whether or not the application reads the flag. Results tell how many units were first seen by a delivery.',
  );
const observeValues = z.boolean().describe('Whether frequent values of attributes are kept for suggestions.');
const hashedKinds = z
  .array(z.string())
  .describe(
    'Context kinds whose keys are replaced by HMAC-SHA-256 before anything is stored; at most 16. Refused with EXPERIMENTS_RUNNING while an experiment runs on a kind that begins or ceases to be hashed.',
  );
const retention = z
  .record(z.string(), wholeNumber)
  .describe(
    'By table (`event`, `exposure`, `identify`, `experiment_unit`, `identity_link`): the days, 1 to 3650, after which its rows are deleted. What is left out is kept for 761 days (25 months). Refused with EXPERIMENTS_RUNNING where an experiment whose results are not final counts what is older.',
  );
const exclusions = z
  .array(
    z.strictObject({
      name: z.string(),
      filter: z
        .record(z.string(), jsonValue)
        .describe('A property filter over `attributes.<name>`, `unit.<kind>`, `sdk` and `sdkVersion` of an exposure.'),
    }),
  )
  .describe('Traffic that results leave out, such as tests and bots.');

export const eventSettings = z
  .object({
    strict,
    itemsPerSecond,
    exposureAttributes,
    exposuresOn,
    exposuresOnChangedAt: z.array(timestampField).describe('When `exposuresOn` was changed, the latest last; at most 20.'),
    observeValues,
    hashedKinds,
    retention,
    exclusions,
    version: versionField,
    updatedAt: timestampField.optional(),
  })
  .meta({ id: 'EventSettings' });

export const eventSettingsPatch = z
  .strictObject({
    strict: strict.nullable().optional(),
    itemsPerSecond: itemsPerSecond.nullable().optional(),
    exposureAttributes: exposureAttributes.nullable().optional(),
    exposuresOn: exposuresOn.nullable().optional(),
    observeValues: observeValues.nullable().optional(),
    hashedKinds: hashedKinds.nullable().optional(),
    retention: retention.nullable().optional(),
    exclusions: exclusions.nullable().optional(),
  })
  .meta({
    id: 'EventSettingsPatch',
    description: 'What is left out stays as it is; null gives a setting its default again.',
    examples: [{ strict: true, exposureAttributes: ['plan'] }],
  });
