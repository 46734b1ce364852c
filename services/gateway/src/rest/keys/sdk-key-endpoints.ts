import { Directory } from '@stitchd/proto/auth/v1/auth';
import { endpoint, type Endpoint } from '../endpoint.ts';
import { listed, pageQuery, pageRequest } from '../lists.ts';
import { createdSdkKey, newSdkKey, sdkKey, sdkKeyList } from './key-schemas.ts';

const tag = 'Projects';

export const sdkKeyEndpoints: readonly Endpoint[] = [
  endpoint({
    method: 'GET',
    url: '/v1/projects/:project/environments/:environment/sdk-keys',
    operationId: 'listSdkKeys',
    tag,
    summary: 'List SDK keys',
    description: 'SDK keys of an environment, revoked ones included. The keys themselves are stored nowhere.',
    access: 'people',
    query: pageQuery,
    status: 200,
    answer: sdkKeyList,
    handle: async ({ query }, { ask }) => listed(await ask(Directory.method.listSdkKeys, { page: pageRequest(query) })),
  }),
  endpoint({
    method: 'POST',
    url: '/v1/projects/:project/environments/:environment/sdk-keys',
    operationId: 'createSdkKey',
    tag,
    summary: 'Create an SDK key',
    description: 'The answer holds the key, which is shown this one time.',
    access: 'people',
    body: newSdkKey,
    repeatable: true,
    status: 201,
    answer: createdSdkKey,
    handle: async ({ body }, { ask }) => ({ status: 201, body: await ask(Directory.method.createSdkKey, body) }),
  }),
  endpoint({
    method: 'POST',
    url: '/v1/projects/:project/environments/:environment/sdk-keys/:id/revoke',
    operationId: 'revokeSdkKey',
    tag,
    summary: 'Revoke an SDK key',
    description: 'Within a second it is refused everywhere and its open streams end. It can not be undone.',
    access: 'people',
    status: 200,
    answer: sdkKey,
    handle: async ({ params }, { ask }) => ({ body: await ask(Directory.method.revokeSdkKey, { id: params.id }) }),
  }),
];
