import { z } from 'zod';
import { idField, keyField, timestampField } from '../fields.ts';
import { listOf, pageQuery } from '../lists.ts';

const auditEntry = z
  .object({
    id: idField,
    at: timestampField,
    actorKind: z.string().describe('user, api-token, sdk-key or service.'),
    actorId: z.string(),
    actorName: z.string(),
    action: z.string().describe('Such as `flag.update`.'),
    resourceKind: z.string(),
    resourceId: z.string(),
    resourceKey: z.string(),
    projectId: z.string().describe('Empty for the organisation itself.'),
    environmentId: z.string().describe('Empty where it concerns no single environment.'),
    requestId: z.string(),
    before: z.record(z.string(), z.unknown()).optional(),
    after: z.record(z.string(), z.unknown()).optional(),
  })
  .meta({ id: 'AuditEntry' });

export const auditList = listOf(auditEntry, 'AuditList');

export const auditQuery = pageQuery.extend({
  project: keyField.optional().describe('The key of a project; any if left out.'),
  resourceKind: z.string().max(100).optional().describe('Such as `flag`.'),
  resourceKey: z.string().max(200).optional(),
});
