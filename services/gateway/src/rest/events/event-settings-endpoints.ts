import type { JsonObject } from '@bufbuild/protobuf';
import { EventSettings } from '@stitchd/proto/event/v1/event_settings';
import { resource } from '../answers.ts';
import { endpoint, type Endpoint } from '../endpoint.ts';
import { eventSettings, eventSettingsPatch } from './event-settings-schemas.ts';

const tag = 'Events';
const url = '/v1/projects/:project/environments/:environment/event-settings';

export const eventSettingsEndpoints: readonly Endpoint[] = [
  endpoint({
    method: 'GET',
    url,
    operationId: 'getEventSettings',
    tag,
    summary: 'Read how an environment takes events',
    description: 'Its event settings; what was never changed has its default.',
    access: 'people',
    status: 200,
    answer: eventSettings,
    handle: async (_, { ask }) => resource(await ask(EventSettings.method.getEventSettings, {})),
  }),
  endpoint({
    method: 'PATCH',
    url,
    operationId: 'updateEventSettings',
    tag,
    summary: 'Change how an environment takes events',
    description: 'What is left out stays as it is; null gives a setting its default again.',
    access: 'people',
    body: eventSettingsPatch,
    ifMatch: 'required',
    status: 200,
    answer: eventSettings,
    problems: ['EXPERIMENTS_RUNNING'],
    handle: async ({ body, ifVersion }, { ask }) =>
      resource(await ask(EventSettings.method.updateEventSettings, { change: body as unknown as JsonObject, ifVersion })),
  }),
  endpoint({
    method: 'POST',
    url: `${url}/key-secret/rotate`,
    operationId: 'rotateKeySecret',
    tag,
    summary: 'Replace the secret that keys are hashed with',
    description:
      'Keys of hashed kinds are hashed with a new secret from now on: every unit is a new one to metrics. Refused with EXPERIMENTS_RUNNING while an experiment runs on such a kind. Rows from before can still be erased by the plain key. The secret is never told. It needs the permission `environment.write`.',
    access: 'people',
    status: 200,
    answer: eventSettings,
    problems: ['EXPERIMENTS_RUNNING'],
    handle: async (_, { ask }) => resource(await ask(EventSettings.method.rotateKeySecret, {})),
  }),
];
