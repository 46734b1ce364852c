import { EventTraffic } from '@stitchd/proto/event/v1/event_traffic';
import { endpoint, type Endpoint } from '../endpoint.ts';
import { listed } from '../lists.ts';
import { eventProperties, eventVolumeList, quarantined, quarantinedList } from './event-traffic-schemas.ts';

const tag = 'Events';
const environment = '/v1/projects/:project/environments/:environment';

export const eventTrafficEndpoints: readonly Endpoint[] = [
  endpoint({
    method: 'GET',
    url: `${environment}/event-volumes`,
    operationId: 'listEventVolumes',
    tag,
    summary: 'See how much of each event comes',
    description: 'Events that came within 7 days, by key, each item counted once.',
    access: 'people',
    status: 200,
    answer: eventVolumeList,
    handle: async (_, { ask }) => listed(await ask(EventTraffic.method.listEventVolumes, {})),
  }),
  endpoint({
    method: 'GET',
    url: `${environment}/events/:event/properties`,
    operationId: 'listEventProperties',
    tag,
    summary: 'List the properties that an event has',
    description:
      'For filters of metrics: what the definition names, then what events of the last 7 days had (a look at 1,000 of them), the most frequent first. Values are those that the definition lists; else, where the event settings ask for it, frequent ones that at least three units had.',
    access: 'people',
    status: 200,
    answer: eventProperties,
    handle: async ({ params }, { ask }) => ({
      body: await ask(EventTraffic.method.listEventProperties, { eventKey: params.event }),
    }),
  }),
  endpoint({
    method: 'GET',
    url: `${environment}/quarantine`,
    operationId: 'listQuarantine',
    tag,
    summary: 'List undefined events that are kept aside',
    description:
      'The 200 keys with the most items. They are kept for 7 days; defining one puts its items among the events, each once.',
    access: 'people',
    status: 200,
    answer: quarantinedList,
    handle: async (_, { ask }) => listed(await ask(EventTraffic.method.listQuarantine, {})),
  }),
  endpoint({
    method: 'GET',
    url: `${environment}/quarantine/:event`,
    operationId: 'getQuarantined',
    tag,
    summary: 'Look at undefined events of one key',
    description: 'With the newest 20, and why a definition that was made since refuses them.',
    access: 'people',
    status: 200,
    answer: quarantined,
    handle: async ({ params }, { ask }) => ({
      body: await ask(EventTraffic.method.getQuarantined, { eventKey: params.event }),
    }),
  }),
];
