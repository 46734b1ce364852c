import { UnitErasure } from '@stitchd/proto/event/v1/erasure';
import { endpoint, type Endpoint } from '../endpoint.ts';
import { unitErasure } from './unit-schemas.ts';

const erasing = {
  method: 'DELETE',
  tag: 'Events',
  access: 'people',
  status: 202,
  answer: unitErasure,
} as const;

const description =
  'Erases every row that names the unit: events, exposures, identity links and what is derived from them, also what still waits in spools and imports. A job does it, within 48 hours, and ends when a look at every table has proven that nothing is left. While a store is away the job is tried again, however long that takes. Give the plain key, also where keys of the kind are hashed; in the path it is percent-encoded. The audit log keeps a hash of it. Asking again is harmless. What arrives later is not covered. It needs the permission `environment.write`.';

export const unitEndpoints: readonly Endpoint[] = [
  endpoint({
    ...erasing,
    url: '/v1/projects/:project/environments/:environment/units/:kind/:key',
    operationId: 'eraseUnit',
    summary: 'Erase a unit',
    description,
    handle: async ({ params }, { ask }) => ({
      body: await ask(UnitErasure.method.eraseUnit, { contextKind: params.kind, key: params.key }),
    }),
  }),
  endpoint({
    ...erasing,
    url: '/v1/environments/:environmentId/units/:kind/:key',
    operationId: 'eraseUnitById',
    summary: 'Erase a unit of an environment by its id',
    description: `${description} For programs that know the environment by its id.`,
    problems: ['NOT_FOUND'],
    handle: async ({ params }, { ask }) => ({
      body: await ask(UnitErasure.method.eraseUnit, {
        environmentId: params.environmentId,
        contextKind: params.kind,
        key: params.key,
      }),
    }),
  }),
];
