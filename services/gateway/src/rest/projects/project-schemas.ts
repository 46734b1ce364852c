import { z } from 'zod';
import { descriptionField, idField, keyField, nameField, timestampField, versionField } from '../fields.ts';
import { listOf } from '../lists.ts';

export const newEnvironment = z
  .strictObject({
    key: keyField,
    name: nameField,
    production: z.boolean().optional().describe('Changes here ask for confirmation in the admin UI.'),
  })
  .meta({ id: 'NewEnvironment', examples: [{ key: 'staging', name: 'Staging', production: false }] });

export const environment = z
  .object({
    id: idField,
    key: keyField,
    name: nameField,
    production: z.boolean(),
    projectId: idField,
    version: versionField,
    createdAt: timestampField,
    updatedAt: timestampField.optional(),
  })
  .meta({ id: 'Environment' });

export const environmentList = listOf(environment, 'EnvironmentList');

export const environmentPatch = z
  .strictObject({ name: nameField.optional(), production: z.boolean().optional() })
  .meta({ id: 'EnvironmentPatch', examples: [{ name: 'Live', production: true }] });

export const rotatedSecret = z
  .object({ revision: z.number().int().describe('The revision of the environment that carries the new secret.') })
  .meta({ id: 'RotatedSecret' });

export const project = z
  .object({
    id: idField,
    key: keyField,
    name: nameField,
    description: descriptionField,
    version: versionField,
    createdAt: timestampField,
    updatedAt: timestampField.optional(),
  })
  .meta({ id: 'Project' });

export const projectList = listOf(project, 'ProjectList');

export const newProject = z
  .strictObject({
    key: keyField,
    name: nameField,
    description: descriptionField.optional(),
    environments: z
      .array(newEnvironment)
      .optional()
      .describe('Environments made with it; none given means development and production.'),
  })
  .meta({ id: 'NewProject', examples: [{ key: 'shop', name: 'Shop' }] });

export const projectPatch = z
  .strictObject({ name: nameField.optional(), description: descriptionField.optional() })
  .meta({ id: 'ProjectPatch', examples: [{ description: 'The web shop.' }] });
