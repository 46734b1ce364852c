import { Directory } from '@stitchd/proto/auth/v1/auth';
import { endpoint, type Endpoint } from '../endpoint.ts';
import { listed, pageQuery, pageRequest } from '../lists.ts';
import { apiToken, apiTokenList, createdApiToken, newApiToken } from './key-schemas.ts';

const tag = 'Organisation';

export const apiTokenEndpoints: readonly Endpoint[] = [
  endpoint({
    method: 'GET',
    url: '/v1/api-tokens',
    operationId: 'listApiTokens',
    tag,
    summary: 'List API tokens',
    description: 'API tokens of the organisation, revoked ones included. The tokens themselves are stored nowhere.',
    access: 'people',
    query: pageQuery,
    status: 200,
    answer: apiTokenList,
    handle: async ({ query }, { ask }) => listed(await ask(Directory.method.listApiTokens, { page: pageRequest(query) })),
  }),
  endpoint({
    method: 'POST',
    url: '/v1/api-tokens',
    operationId: 'createApiToken',
    tag,
    summary: 'Create an API token',
    description: 'For programs that use this interface, with a role of its own. The answer holds it, this one time.',
    access: 'people',
    body: newApiToken,
    repeatable: true,
    status: 201,
    answer: createdApiToken,
    handle: async ({ body }, { ask }) => ({ status: 201, body: await ask(Directory.method.createApiToken, body) }),
  }),
  endpoint({
    method: 'POST',
    url: '/v1/api-tokens/:id/revoke',
    operationId: 'revokeApiToken',
    tag,
    summary: 'Revoke an API token',
    description: 'Within a second it is refused everywhere. It can not be undone.',
    access: 'people',
    status: 200,
    answer: apiToken,
    handle: async ({ params }, { ask }) => ({ body: await ask(Directory.method.revokeApiToken, { id: params.id }) }),
  }),
];
