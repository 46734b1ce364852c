import { Directory } from '@stitchd/proto/auth/v1/auth';
import { endpoint, type Endpoint } from '../endpoint.ts';
import { listed, pageRequest } from '../lists.ts';
import { auditList, auditQuery } from './audit-schemas.ts';

export const auditEndpoints: readonly Endpoint[] = [
  endpoint({
    method: 'GET',
    url: '/v1/audit',
    operationId: 'listAudit',
    tag: 'Activity',
    summary: 'List what was changed',
    description: 'Every change in the organisation, the latest first: who, when, what, before and after.',
    access: 'people',
    query: auditQuery,
    status: 200,
    answer: auditList,
    async handle({ query }, { ask, call }) {
      const { project, resourceKind = '', resourceKey = '' } = query;
      const projectId =
        project === undefined ? '' : (await call(Directory.method.resolveScope, { projectKey: project })).projectId;
      return listed(await ask(Directory.method.listAudit, { page: pageRequest(query), projectId, resourceKind, resourceKey }));
    },
  }),
];
