import { z } from 'zod';
import { idField, keyField, nameField, timestampField, versionField } from '../fields.ts';
import { listOf } from '../lists.ts';

export const organisation = z
  .object({ id: idField, key: keyField, name: nameField, version: versionField, createdAt: timestampField })
  .meta({ id: 'Organisation' });

export const organisationList = listOf(organisation, 'OrganisationList');

export const organisationPatch = z
  .strictObject({ name: nameField })
  .meta({ id: 'OrganisationPatch', examples: [{ name: 'Acme' }] });
