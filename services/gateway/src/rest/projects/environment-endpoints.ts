import { Directory, EnvironmentSchema } from '@stitchd/proto/auth/v1/auth';
import { Flags } from '@stitchd/proto/flag/v1/flag';
import { problem } from '@stitchd/service-kit';
import { messageJson } from '../../rpc/message-json.ts';
import { created, resource } from '../answers.ts';
import { endpoint, type Endpoint } from '../endpoint.ts';
import { listed } from '../lists.ts';
import { environment, environmentList, environmentPatch, newEnvironment, rotatedSecret } from './project-schemas.ts';

const tag = 'Projects';

export const environmentEndpoints: readonly Endpoint[] = [
  endpoint({
    method: 'GET',
    url: '/v1/projects/:project/environments',
    operationId: 'listEnvironments',
    tag,
    summary: 'List environments',
    description: 'All environments of a project.',
    access: 'people',
    status: 200,
    answer: environmentList,
    handle: async (_, { ask }) => listed(await ask(Directory.method.listEnvironments, {})),
  }),
  endpoint({
    method: 'POST',
    url: '/v1/projects/:project/environments',
    operationId: 'createEnvironment',
    tag,
    summary: 'Create an environment',
    description: 'Every flag of the project exists in it at once, disabled.',
    access: 'people',
    body: newEnvironment,
    repeatable: true,
    status: 201,
    answer: environment,
    problems: ['ALREADY_EXISTS'],
    handle: async ({ params, body }, { ask }) =>
      created(
        await ask(Directory.method.createEnvironment, { environment: body }),
        `/v1/projects/${params.project}/environments/${body.key}`,
      ),
  }),
  endpoint({
    method: 'GET',
    url: '/v1/projects/:project/environments/:environment',
    operationId: 'getEnvironment',
    tag,
    summary: 'Read an environment',
    description: 'One environment of the project.',
    access: 'people',
    status: 200,
    answer: environment,
    async handle({ params }, { call }) {
      const { items } = await call(Directory.method.listEnvironments, {});
      const found = items.find(({ key }) => key === params.environment);
      if (found === undefined) throw problem('NOT_FOUND', `There is no environment ${params.environment} in this project.`);
      return resource(messageJson(EnvironmentSchema, found));
    },
  }),
  endpoint({
    method: 'PATCH',
    url: '/v1/projects/:project/environments/:environment',
    operationId: 'updateEnvironment',
    tag,
    summary: 'Change an environment',
    description: 'What is left out stays as it is.',
    access: 'people',
    body: environmentPatch,
    ifMatch: 'required',
    status: 200,
    answer: environment,
    handle: async ({ params, body, ifVersion }, { ask }) =>
      resource(await ask(Directory.method.updateEnvironment, { key: params.environment, ...body, ifVersion })),
  }),
  endpoint({
    method: 'POST',
    url: '/v1/projects/:project/environments/:environment/signing-secret/rotate',
    operationId: 'rotateSigningSecret',
    tag,
    summary: "Replace an environment's signing secret",
    description:
      'From the moment at which gateways and server SDKs have heard of it, within a second, everything that the old secret signed counts for nothing: context tokens, kept assignments, override links and tickets of streams. Pages get new ones by themselves, except for context tokens, which the application has to make anew. The secret itself is never told. It needs the permission `key.write`.',
    access: 'people',
    status: 200,
    answer: rotatedSecret,
    async handle(_, { call }) {
      const { revision } = await call(Flags.method.rotateSigningSecret, {});
      return { body: { revision: Number(revision) } };
    },
  }),
];
