import { Receivers } from '@stitchd/proto/auth/v1/receivers';
import { resource } from '../answers.ts';
import { endpoint, type Endpoint } from '../endpoint.ts';
import { listed, pageQuery, pageRequest } from '../lists.ts';
import {
  createdReceiver,
  delivery,
  deliveryList,
  newReceiver,
  receiver,
  receiverList,
  receiverPatch,
} from './receiver-schemas.ts';

const tag = 'Receivers';

export const receiverEndpoints: readonly Endpoint[] = [
  endpoint({
    method: 'GET',
    url: '/v1/projects/:project/receivers',
    operationId: 'listReceivers',
    tag,
    summary: 'List receivers',
    description:
      'All webhooks and e-mail addresses that are told what happens in a project. It needs the permission `receiver.read`.',
    access: 'people',
    status: 200,
    answer: receiverList,
    async handle(_, { ask }) {
      const answer = await ask(Receivers.method.listReceivers, {});
      return listed(answer, { emailConfigured: answer['emailConfigured'] ?? false });
    },
  }),
  endpoint({
    method: 'POST',
    url: '/v1/projects/:project/receivers',
    operationId: 'createReceiver',
    tag,
    summary: 'Create a receiver',
    description: 'It is told of what happens from now on. The answer holds the secret of a webhook, this one time.',
    access: 'people',
    body: newReceiver,
    repeatable: true,
    status: 201,
    answer: createdReceiver,
    problems: ['INVALID_STATE'],
    handle: async ({ body }, { ask }) => ({ status: 201, body: await ask(Receivers.method.createReceiver, body) }),
  }),
  endpoint({
    method: 'GET',
    url: '/v1/projects/:project/receivers/:id',
    operationId: 'getReceiver',
    tag,
    summary: 'Read a receiver',
    description: 'One webhook or e-mail address of the project.',
    access: 'people',
    status: 200,
    answer: receiver,
    handle: async ({ params }, { ask }) => resource(await ask(Receivers.method.getReceiver, { id: params.id })),
  }),
  endpoint({
    method: 'PATCH',
    url: '/v1/projects/:project/receivers/:id',
    operationId: 'updateReceiver',
    tag,
    summary: 'Change a receiver',
    description:
      'What is left out stays as it is, the secret always. One that was paused begins anew when `paused` is set to false.',
    access: 'people',
    body: receiverPatch,
    ifMatch: 'required',
    status: 200,
    answer: receiver,
    handle: async ({ params, body: { topics, ...body }, ifVersion }, { ask }) =>
      resource(
        await ask(Receivers.method.updateReceiver, {
          ...body,
          id: params.id,
          ifVersion,
          ...(topics !== undefined && { topics: { items: topics } }),
        }),
      ),
  }),
  endpoint({
    method: 'DELETE',
    url: '/v1/projects/:project/receivers/:id',
    operationId: 'deleteReceiver',
    tag,
    summary: 'Delete a receiver',
    description: 'With what waits for it, and the record of what was sent to it.',
    access: 'people',
    status: 204,
    async handle({ params }, { call }) {
      await call(Receivers.method.deleteReceiver, { id: params.id });
      return {};
    },
  }),
  endpoint({
    method: 'POST',
    url: '/v1/projects/:project/receivers/:id/test',
    operationId: 'testReceiver',
    tag,
    summary: 'Send a test',
    description: 'Queues a message of the topic `test`, paused or not; what becomes of it is in the list of deliveries.',
    access: 'people',
    status: 202,
    answer: delivery,
    handle: async ({ params }, { ask }) => ({ status: 202, body: await ask(Receivers.method.testReceiver, { id: params.id }) }),
  }),
  endpoint({
    method: 'GET',
    url: '/v1/projects/:project/receivers/:id/deliveries',
    operationId: 'listDeliveries',
    tag,
    summary: 'List deliveries',
    description: 'What was sent to a receiver in the last 30 days and what waits for it, the newest first.',
    access: 'people',
    query: pageQuery.omit({ q: true }),
    status: 200,
    answer: deliveryList,
    handle: async ({ params, query }, { ask }) =>
      listed(await ask(Receivers.method.listDeliveries, { receiverId: params.id, page: pageRequest(query) })),
  }),
];
