import type { JsonObject } from '@bufbuild/protobuf';
import { Flags } from '@stitchd/proto/flag/v1/flag';
import { resource } from '../answers.ts';
import { endpoint, type Endpoint } from '../endpoint.ts';
import { configuration, configurationPut, enabledBody } from './configuration-schemas.ts';

const tag = 'Flags';

export const configurationEndpoints: readonly Endpoint[] = [
  endpoint({
    method: 'GET',
    url: '/v1/projects/:project/environments/:environment/flags/:flag/configuration',
    operationId: 'getConfiguration',
    tag,
    summary: "Read a flag's configuration",
    description: 'How the flag behaves in one environment: whether it is enabled, its targets, rules and default.',
    access: 'people',
    status: 200,
    answer: configuration,
    handle: async ({ params }, { ask }) => resource(await ask(Flags.method.getConfiguration, { flagKey: params.flag })),
  }),
  endpoint({
    method: 'PUT',
    url: '/v1/projects/:project/environments/:environment/flags/:flag/configuration',
    operationId: 'updateConfiguration',
    tag,
    summary: "Replace a flag's configuration",
    description:
      'Replaces what the document holds; prerequisites, targets or rules that are left out stay as they are. SDKs get it by push. Rules and splits that carry their ids keep their salts and ranges, so that nobody changes variant who need not.',
    access: 'people',
    body: configurationPut,
    ifMatch: 'required',
    status: 200,
    answer: configuration,
    problems: ['PREREQUISITE_CYCLE', 'SPLIT_PROTECTED'],
    handle: async ({ params, body, ifVersion }, { ask }) =>
      resource(
        await ask(Flags.method.updateConfiguration, {
          flagKey: params.flag,
          ...(body.enabled !== undefined && { enabled: body.enabled }),
          document: body.document as unknown as JsonObject,
          ifVersion,
        }),
      ),
  }),
  endpoint({
    method: 'POST',
    url: '/v1/projects/:project/environments/:environment/flags/:flag/enabled',
    operationId: 'setFlagEnabled',
    tag,
    summary: 'Switch a flag on or off',
    description: 'Switching off needs no If-Match and is allowed in every state, also under a running experiment.',
    access: 'people',
    body: enabledBody,
    ifMatch: 'optional',
    status: 200,
    answer: configuration,
    handle: async ({ params, body, ifVersion }, { ask }) =>
      resource(await ask(Flags.method.setEnabled, { flagKey: params.flag, enabled: body.enabled, ifVersion })),
  }),
];
