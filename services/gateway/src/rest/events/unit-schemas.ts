import { z } from 'zod';
import { idField, timestampField } from '../fields.ts';
import { eventJob } from './event-job-schemas.ts';

export const unitErasure = z
  .object({
    id: idField,
    contextKind: z.string(),
    keyHash: z.string().describe('SHA-256 of the kind, U+0000 and the key, hexadecimal: it names the unit in the audit log.'),
    requestedAt: timestampField,
    finishBy: timestampField.describe('When it is done at the latest.'),
    job: eventJob.optional().describe('What does it. It has succeeded when nothing is left; `progress.provenAt` says when.'),
  })
  .meta({ id: 'UnitErasure' });
