import { Directory } from '@stitchd/proto/auth/v1/auth';
import { resource, textOf } from '../answers.ts';
import { endpoint, type Endpoint } from '../endpoint.ts';
import { listed, pageQuery, pageRequest } from '../lists.ts';
import { addedMember, member, memberList, memberPatch, newMember } from './member-schemas.ts';

const tag = 'Organisation';

export const memberEndpoints: readonly Endpoint[] = [
  endpoint({
    method: 'GET',
    url: '/v1/members',
    operationId: 'listMembers',
    tag,
    summary: 'List members',
    description: 'People of the organisation with their roles.',
    access: 'people',
    query: pageQuery,
    status: 200,
    answer: memberList,
    handle: async ({ query }, { ask }) => listed(await ask(Directory.method.listMembers, { page: pageRequest(query) })),
  }),
  endpoint({
    method: 'POST',
    url: '/v1/members',
    operationId: 'addMember',
    tag,
    summary: 'Add a member',
    description: 'Adds a person by e-mail address; where the person is new, answers a one-time sign-in link to hand on.',
    access: 'people',
    body: newMember,
    repeatable: true,
    status: 201,
    answer: addedMember,
    problems: ['ALREADY_EXISTS'],
    async handle({ body }, { ask }) {
      const added = await ask(Directory.method.addMember, body);
      return { status: 201, body: added, headers: { location: `/v1/members/${textOf(added, 'member', 'userId')}` } };
    },
  }),
  endpoint({
    method: 'PATCH',
    url: '/v1/members/:member',
    operationId: 'updateMember',
    tag,
    summary: "Change a member's role",
    description: 'The last owner stays owner.',
    access: 'people',
    body: memberPatch,
    ifMatch: 'required',
    status: 200,
    answer: member,
    problems: ['INVALID_STATE'],
    handle: async ({ params, body, ifVersion }, { ask }) =>
      resource(await ask(Directory.method.updateMember, { userId: params.member, role: body.role, ifVersion })),
  }),
  endpoint({
    method: 'DELETE',
    url: '/v1/members/:member',
    operationId: 'removeMember',
    tag,
    summary: 'Remove a member',
    description: "Ends the person's sessions in this organisation. The last owner stays.",
    access: 'people',
    status: 204,
    problems: ['INVALID_STATE'],
    async handle({ params }, { ask }) {
      await ask(Directory.method.removeMember, { userId: params.member });
      return {};
    },
  }),
];
