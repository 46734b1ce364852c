import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { Holdouts } from '@stitchd/proto/experiment/v1/holdouts';
import { created, resource } from '../answers.ts';
import { endpoint, type Endpoint } from '../endpoint.ts';
import { listed, pageRequest } from '../lists.ts';
import { holdout, holdoutList, holdoutPatch, holdoutQuery, newHoldout } from './holdout-schemas.ts';

const tag = 'Experiments';
const keyList = (items: readonly string[] | undefined) => items && { items: [...items] };

/** A planned end as it is given: left out stays, null is none. */
function plannedEnd(endsAt: string | null | undefined) {
  if (endsAt === undefined) return undefined;
  return endsAt === null ? {} : { at: timestampFromDate(new Date(endsAt)) };
}

export const holdoutEndpoints: readonly Endpoint[] = [
  endpoint({
    method: 'GET',
    url: '/v1/projects/:project/environments/:environment/holdouts',
    operationId: 'listHoldouts',
    tag,
    summary: 'List holdouts',
    description: 'Holdouts of an environment, also those that have ended.',
    access: 'people',
    query: holdoutQuery,
    status: 200,
    answer: holdoutList,
    handle: async ({ query }, { ask }) =>
      listed(await ask(Holdouts.method.listHoldouts, { page: pageRequest(query), state: query.state ?? '' })),
  }),
  endpoint({
    method: 'POST',
    url: '/v1/projects/:project/environments/:environment/holdouts',
    operationId: 'createHoldout',
    tag,
    summary: 'Create a holdout',
    description: 'A draft: it keeps nobody from anything until it is started.',
    access: 'people',
    body: newHoldout,
    repeatable: true,
    status: 201,
    answer: holdout,
    problems: ['ALREADY_EXISTS'],
    handle: async ({ params, body }, { ask }) => {
      const { endsAt, ...rest } = body;
      return created(
        await ask(Holdouts.method.createHoldout, { ...rest, endsAt: plannedEnd(endsAt)?.at }),
        `/v1/projects/${params.project}/environments/${params.environment}/holdouts/${body.key}`,
      );
    },
  }),
  endpoint({
    method: 'GET',
    url: '/v1/projects/:project/environments/:environment/holdouts/:holdout',
    operationId: 'getHoldout',
    tag,
    summary: 'Read a holdout',
    description: 'One holdout of the environment.',
    access: 'people',
    status: 200,
    answer: holdout,
    handle: async ({ params }, { ask }) => resource(await ask(Holdouts.method.getHoldout, { key: params.holdout })),
  }),
  endpoint({
    method: 'PATCH',
    url: '/v1/projects/:project/environments/:environment/holdouts/:holdout',
    operationId: 'updateHoldout',
    tag,
    summary: 'Change a holdout',
    description: 'What is left out stays as it is. Its share is fixed once it has started.',
    access: 'people',
    body: holdoutPatch,
    ifMatch: 'required',
    status: 200,
    answer: holdout,
    problems: ['INVALID_STATE'],
    handle: async ({ params, body, ifVersion }, { ask }) => {
      const { exceptFlagKeys, metricKeys, endsAt, ...rest } = body;
      return resource(
        await ask(Holdouts.method.updateHoldout, {
          key: params.holdout,
          ...rest,
          exceptFlagKeys: keyList(exceptFlagKeys),
          metricKeys: keyList(metricKeys),
          endsAt: plannedEnd(endsAt),
          ifVersion,
        }),
      );
    },
  }),
  endpoint({
    method: 'DELETE',
    url: '/v1/projects/:project/environments/:environment/holdouts/:holdout',
    operationId: 'deleteHoldout',
    tag,
    summary: 'Delete a holdout',
    description: 'A draft only: what has run stays, with its results.',
    access: 'people',
    ifMatch: 'required',
    status: 204,
    problems: ['INVALID_STATE'],
    async handle({ params, ifVersion }, { ask }) {
      await ask(Holdouts.method.deleteHoldout, { key: params.holdout, ifVersion });
      return {};
    },
  }),
  endpoint({
    method: 'POST',
    url: '/v1/projects/:project/environments/:environment/holdouts/:holdout/start',
    operationId: 'startHoldout',
    tag,
    summary: 'Start a holdout',
    description: 'From then on it covers every experiment that starts, and what those ship. What runs already stays as it is.',
    access: 'people',
    ifMatch: 'required',
    status: 200,
    answer: holdout,
    problems: ['CONFLICT', 'INVALID_STATE'],
    handle: async ({ params, ifVersion }, { ask }) =>
      resource(await ask(Holdouts.method.startHoldout, { key: params.holdout, ifVersion })),
  }),
  endpoint({
    method: 'POST',
    url: '/v1/projects/:project/environments/:environment/holdouts/:holdout/end',
    operationId: 'endHoldout',
    tag,
    summary: 'End a holdout',
    description: 'For good. Its units get what everybody gets.',
    access: 'people',
    ifMatch: 'required',
    status: 200,
    answer: holdout,
    problems: ['INVALID_STATE'],
    handle: async ({ params, ifVersion }, { ask }) =>
      resource(await ask(Holdouts.method.endHoldout, { key: params.holdout, ifVersion })),
  }),
];
