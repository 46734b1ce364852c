import { Directory } from '@stitchd/proto/auth/v1/auth';
import { resource } from '../answers.ts';
import { endpoint, type Endpoint } from '../endpoint.ts';
import { listed } from '../lists.ts';
import { organisation, organisationList, organisationPatch } from './organisation-schemas.ts';

const tag = 'Organisation';

export const organisationEndpoints: readonly Endpoint[] = [
  endpoint({
    method: 'GET',
    url: '/v1/organisation',
    operationId: 'getOrganisation',
    tag,
    summary: 'The organisation of the credentials',
    description: 'An access token belongs to one organisation at a time; refresh the session to change to another.',
    access: 'people',
    status: 200,
    answer: organisation,
    handle: async (_, { ask }) => resource(await ask(Directory.method.getOrganisation, {})),
  }),
  endpoint({
    method: 'PATCH',
    url: '/v1/organisation',
    operationId: 'updateOrganisation',
    tag,
    summary: 'Rename the organisation',
    description: 'Its key stays.',
    access: 'people',
    body: organisationPatch,
    ifMatch: 'required',
    status: 200,
    answer: organisation,
    handle: async ({ body, ifVersion }, { ask }) =>
      resource(await ask(Directory.method.updateOrganisation, { name: body.name, ifVersion })),
  }),
  endpoint({
    method: 'GET',
    url: '/v1/organisations',
    operationId: 'listOrganisations',
    tag,
    summary: 'Organisations of the user',
    description: 'All organisations in which the user is a member; for an API token, its own.',
    access: 'people',
    status: 200,
    answer: organisationList,
    handle: async (_, { ask }) => listed(await ask(Directory.method.listOrganisations, {})),
  }),
];
