import { Directory } from '@stitchd/proto/auth/v1/auth';
import { created, resource } from '../answers.ts';
import { endpoint, type Endpoint } from '../endpoint.ts';
import { listed, pageQuery, pageRequest } from '../lists.ts';
import { newProject, project, projectList, projectPatch } from './project-schemas.ts';

const tag = 'Projects';

export const projectEndpoints: readonly Endpoint[] = [
  endpoint({
    method: 'GET',
    url: '/v1/projects',
    operationId: 'listProjects',
    tag,
    summary: 'List projects',
    description: 'Projects of the organisation, by key.',
    access: 'people',
    query: pageQuery,
    status: 200,
    answer: projectList,
    handle: async ({ query }, { ask }) => listed(await ask(Directory.method.listProjects, { page: pageRequest(query) })),
  }),
  endpoint({
    method: 'POST',
    url: '/v1/projects',
    operationId: 'createProject',
    tag,
    summary: 'Create a project',
    description: 'Makes a project with its first environments.',
    access: 'people',
    body: newProject,
    repeatable: true,
    status: 201,
    answer: project,
    problems: ['ALREADY_EXISTS'],
    handle: async ({ body }, { ask }) => created(await ask(Directory.method.createProject, body), `/v1/projects/${body.key}`),
  }),
  endpoint({
    method: 'GET',
    url: '/v1/projects/:project',
    operationId: 'getProject',
    tag,
    summary: 'Read a project',
    description: 'One project of the organisation.',
    access: 'people',
    status: 200,
    answer: project,
    handle: async ({ params }, { ask }) => resource(await ask(Directory.method.getProject, { key: params.project })),
  }),
  endpoint({
    method: 'PATCH',
    url: '/v1/projects/:project',
    operationId: 'updateProject',
    tag,
    summary: 'Change a project',
    description: 'What is left out stays as it is.',
    access: 'people',
    body: projectPatch,
    ifMatch: 'required',
    status: 200,
    answer: project,
    handle: async ({ params, body, ifVersion }, { ask }) =>
      resource(await ask(Directory.method.updateProject, { key: params.project, ...body, ifVersion })),
  }),
];
