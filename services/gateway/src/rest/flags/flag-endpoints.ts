import { fromJson, type JsonValue } from '@bufbuild/protobuf';
import { ValueSchema } from '@bufbuild/protobuf/wkt';
import { Flags } from '@stitchd/proto/flag/v1/flag';
import { created, resource } from '../answers.ts';
import { endpoint, type Endpoint } from '../endpoint.ts';
import { listed, pageRequest } from '../lists.ts';
import { flag, flagList, flagPatch, flagQuery, newFlag } from './flag-schemas.ts';
import { namingEnvironments } from './name-environments.ts';

const tag = 'Flags';

interface NewVariant {
  readonly key: string;
  readonly value: unknown;
  readonly name?: string | undefined;
  readonly description?: string | undefined;
}

function variantMessages(variants: readonly NewVariant[]) {
  return variants.map((variant) => ({ ...variant, value: fromJson(ValueSchema, variant.value as JsonValue) }));
}

export const flagEndpoints: readonly Endpoint[] = [
  endpoint({
    method: 'GET',
    url: '/v1/projects/:project/flags',
    operationId: 'listFlags',
    tag,
    summary: 'List flags',
    description: 'Flags of a project with their state in each environment.',
    access: 'people',
    query: flagQuery,
    status: 200,
    answer: flagList,
    handle: async ({ query }, { ask }) => {
      const { type = '', tag: tagged = '', state, sort } = query;
      return listed(await ask(Flags.method.listFlags, { page: pageRequest(query), type, tag: tagged, state, sort }));
    },
  }),
  endpoint({
    method: 'POST',
    url: '/v1/projects/:project/flags',
    operationId: 'createFlag',
    tag,
    summary: 'Create a flag',
    description:
      'It is disabled in every environment. A boolean flag without variants gets `on` and `off`, serves `off` while disabled and `on` by default.',
    access: 'people',
    body: newFlag,
    repeatable: true,
    status: 201,
    answer: flag,
    problems: ['ALREADY_EXISTS'],
    handle: async ({ params, body }, { ask }) =>
      created(
        await ask(Flags.method.createFlag, { ...body, variants: variantMessages(body.variants ?? []) }),
        `/v1/projects/${params.project}/flags/${body.key}`,
      ),
  }),
  endpoint({
    method: 'GET',
    url: '/v1/projects/:project/flags/:flag',
    operationId: 'getFlag',
    tag,
    summary: 'Read a flag',
    description: 'One flag with its variants and its state in each environment.',
    access: 'people',
    status: 200,
    answer: flag,
    handle: async ({ params }, { ask }) => resource(await ask(Flags.method.getFlag, { key: params.flag })),
  }),
  endpoint({
    method: 'PATCH',
    url: '/v1/projects/:project/flags/:flag',
    operationId: 'updateFlag',
    tag,
    summary: 'Change a flag',
    description: 'What is left out stays as it is. Key and type never change.',
    access: 'people',
    body: flagPatch,
    ifMatch: 'required',
    status: 200,
    answer: flag,
    problems: ['IN_USE', 'SPLIT_PROTECTED'],
    handle: async ({ params, body, ifVersion }, { ask, call }) => {
      const { tags, variants, ...rest } = body;
      const update = () =>
        ask(Flags.method.updateFlag, {
          key: params.flag,
          ...rest,
          ...(tags && { tags: { items: tags } }),
          ...(variants && { variants: { items: variantMessages(variants) } }),
          ifVersion,
        });
      return resource(await namingEnvironments(update, call));
    },
  }),
  endpoint({
    method: 'POST',
    url: '/v1/projects/:project/flags/:flag/archive',
    operationId: 'archiveFlag',
    tag,
    summary: 'Archive a flag',
    description: 'From then on every evaluation answers FLAG_NOT_FOUND. Refused while another flag needs it.',
    access: 'people',
    ifMatch: 'required',
    status: 200,
    answer: flag,
    problems: ['IN_USE', 'SPLIT_PROTECTED'],
    handle: async ({ params, ifVersion }, { ask, call }) =>
      resource(await namingEnvironments(() => ask(Flags.method.archiveFlag, { key: params.flag, ifVersion }), call)),
  }),
  endpoint({
    method: 'POST',
    url: '/v1/projects/:project/flags/:flag/restore',
    operationId: 'restoreFlag',
    tag,
    summary: 'Restore a flag',
    description: 'Takes a flag back out of the archive, with the configurations that it had.',
    access: 'people',
    ifMatch: 'required',
    status: 200,
    answer: flag,
    handle: async ({ params, ifVersion }, { ask }) =>
      resource(await ask(Flags.method.restoreFlag, { key: params.flag, ifVersion })),
  }),
];
