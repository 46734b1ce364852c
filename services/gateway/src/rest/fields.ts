import { maxKeyLength } from '@stitchd/core';
import { z } from 'zod';

/** Fields that many resources share. Whether a value makes sense is checked by the service that owns the resource. */
export const keyField = z
  .string()
  .max(maxKeyLength)
  .regex(/^[a-z0-9][a-z0-9._-]*$/, 'must be lower-case letters, digits and -_., a letter or digit first')
  .describe('Lower-case letters, digits and `-_.`; unique in its scope and never changed.');

export const nameField = z.string().describe('For people.');
export const descriptionField = z.string();
export const idField = z.string().describe('A UUID, version 7.');
/** As services take it: 32 bits, one of which is the sign. */
export const wholeNumber = z.number().int().min(0).max(2_147_483_647);
export const versionField = z.number().int().describe('Goes up with every change; served as ETag.');
export const timestampField = z.iso.datetime({ offset: true }).describe('RFC 3339.');

export const jsonValue = z
  .union([z.string(), z.number(), z.boolean(), z.null(), z.array(z.unknown()), z.record(z.string(), z.unknown())])
  .meta({ id: 'JsonValue', description: 'Any JSON value.' });

/** What the path's parameters mean, by name. */
export const paramDescriptions: Readonly<Record<string, string>> = {
  project: 'The key of a project.',
  environment: 'The key of an environment of the project.',
  flag: 'The key of a flag.',
  segment: 'The key of a segment.',
  event: 'The key of an event.',
  metric: 'The key of a metric.',
  experiment: 'The key of an experiment.',
  layer: 'The key of a layer.',
  holdout: 'The key of a holdout.',
  id: 'The id of the resource.',
  environmentId: 'The id of an environment of the organisation.',
  kind: 'A context kind, such as `user`.',
  key: 'The key of a unit, percent-encoded.',
  member: 'The user id of a member.',
  job: 'The id of a job.',
  code: 'A problem code, such as VERSION_MISMATCH.',
};
