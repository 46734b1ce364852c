import { flagTypes } from '@stitchd/core';
import { z } from 'zod';
import {
  descriptionField,
  idField,
  jsonValue,
  keyField,
  nameField,
  timestampField,
  versionField,
  wholeNumber,
} from '../fields.ts';
import { countedListOf, pageQuery } from '../lists.ts';

const type = z.enum(flagTypes).describe('Of its values; never changed.');
const purposes = ['release', 'experiment', 'operations', 'permission', 'configuration'] as const;
const tags = z.array(z.string());
const owner = z.string().describe('Who looks after it; free text, may be empty.');
const expectedLifetimeDays = wholeNumber.describe('0: not said.');
const clientVisible = z.boolean().describe('Whether it may be evaluated with a client key.');

const variant = z
  .object({
    key: z.string(),
    value: jsonValue,
    name: z.string(),
    description: z.string(),
  })
  .meta({ id: 'Variant', description: 'A named value of a flag.' });

const newVariant = z
  .strictObject({ key: z.string(), value: jsonValue, name: z.string().optional(), description: z.string().optional() })
  .meta({ id: 'NewVariant' });

const environmentState = z
  .object({ environmentId: idField, enabled: z.boolean(), version: versionField, updatedAt: timestampField.optional() })
  .meta({ id: 'EnvironmentState' });

export const flag = z
  .object({
    id: idField,
    key: keyField,
    name: nameField,
    description: descriptionField,
    type,
    tags,
    owner,
    purpose: z.string().describe(`One of ${purposes.join(', ')}.`),
    expectedLifetimeDays,
    clientVisible,
    archived: z.boolean(),
    variants: z.array(variant),
    version: versionField,
    createdAt: timestampField,
    updatedAt: timestampField.optional(),
    environments: z.array(environmentState).describe('How it stands in each environment of the project.'),
  })
  .meta({ id: 'Flag' });

export const flagList = countedListOf(flag, 'FlagList');

export const flagQuery = pageQuery.extend({
  type: type.optional(),
  tag: z.string().max(100).optional(),
  state: z.enum(['active', 'archived', 'all']).default('active'),
  sort: z.enum(['key', '-updated_at']).default('key'),
});

export const newFlag = z
  .strictObject({
    key: keyField,
    name: nameField.optional(),
    description: descriptionField.optional(),
    type,
    tags: tags.optional(),
    owner: owner.optional(),
    purpose: z.enum(purposes).optional(),
    expectedLifetimeDays: expectedLifetimeDays.optional(),
    clientVisible: clientVisible.optional(),
    variants: z.array(newVariant).optional().describe('None given for a boolean flag: `on` and `off`.'),
  })
  .meta({ id: 'NewFlag', examples: [{ key: 'checkout', name: 'New checkout', type: 'boolean', purpose: 'release' }] });

export const flagPatch = z
  .strictObject({
    name: nameField.optional(),
    description: descriptionField.optional(),
    tags: tags.optional(),
    owner: owner.optional(),
    purpose: z.enum(purposes).optional(),
    expectedLifetimeDays: expectedLifetimeDays.optional(),
    clientVisible: clientVisible.optional(),
    variants: z.array(newVariant).optional().describe('Replaces all variants; one that a configuration still serves can not go.'),
  })
  .meta({ id: 'FlagPatch', examples: [{ tags: ['checkout', 'web'], clientVisible: true }] });
