import type { JsonObject } from '@bufbuild/protobuf';
import { Segments } from '@stitchd/proto/segment/v1/segment';
import { listKeysBodyLimit, longRequestDeadlineMs } from '../../limits.ts';
import { created, resource } from '../answers.ts';
import { endpoint, type Endpoint } from '../endpoint.ts';
import { listed, pageRequest } from '../lists.ts';
import { newSegment, segment, segmentList, segmentPatch, segmentQuery } from './segment-schemas.ts';

const tag = 'Segments';

export const segmentEndpoints: readonly Endpoint[] = [
  endpoint({
    method: 'GET',
    url: '/v1/projects/:project/environments/:environment/segments',
    operationId: 'listSegments',
    tag,
    summary: 'List segments',
    description: 'Segments of an environment, by key.',
    access: 'people',
    query: segmentQuery,
    status: 200,
    answer: segmentList,
    handle: async ({ query }, { ask }) =>
      listed(await ask(Segments.method.listSegments, { page: pageRequest(query), type: query.type ?? '' })),
  }),
  endpoint({
    method: 'POST',
    url: '/v1/projects/:project/environments/:environment/segments',
    operationId: 'createSegment',
    tag,
    summary: 'Create a segment',
    description: 'By rule (`when`) or by list (`contextKind`, `included`, `excluded`).',
    access: 'people',
    body: newSegment,
    repeatable: true,
    bodyLimit: listKeysBodyLimit,
    deadlineMs: longRequestDeadlineMs,
    status: 201,
    answer: segment,
    problems: ['ALREADY_EXISTS', 'SEGMENT_CYCLE'],
    handle: async ({ params, body }, { ask }) =>
      created(
        await ask(
          Segments.method.createSegment,
          { ...body, when: body.when as JsonObject | undefined },
          { timeoutMs: longRequestDeadlineMs },
        ),
        `/v1/projects/${params.project}/environments/${params.environment}/segments/${body.key}`,
      ),
  }),
  endpoint({
    method: 'GET',
    url: '/v1/projects/:project/environments/:environment/segments/:segment',
    operationId: 'getSegment',
    tag,
    summary: 'Read a segment',
    description: 'One segment, with where it is used. The keys of a list are read apart.',
    access: 'people',
    status: 200,
    answer: segment,
    handle: async ({ params }, { ask }) => resource(await ask(Segments.method.getSegment, { key: params.segment })),
  }),
  endpoint({
    method: 'PATCH',
    url: '/v1/projects/:project/environments/:environment/segments/:segment',
    operationId: 'updateSegment',
    tag,
    summary: 'Change a segment',
    description: 'What is left out stays as it is. Key and type never change; the keys of a list are changed apart.',
    access: 'people',
    body: segmentPatch,
    ifMatch: 'required',
    status: 200,
    answer: segment,
    problems: ['SEGMENT_CYCLE'],
    handle: async ({ params, body, ifVersion }, { ask }) =>
      resource(
        await ask(Segments.method.updateSegment, {
          key: params.segment,
          ...body,
          when: body.when as JsonObject | undefined,
          ifVersion,
        }),
      ),
  }),
  endpoint({
    method: 'DELETE',
    url: '/v1/projects/:project/environments/:environment/segments/:segment',
    operationId: 'deleteSegment',
    tag,
    summary: 'Delete a segment',
    description: 'Refused while a flag or another segment refers to it.',
    access: 'people',
    ifMatch: 'required',
    status: 204,
    problems: ['IN_USE'],
    deadlineMs: longRequestDeadlineMs,
    async handle({ params, ifVersion }, { ask }) {
      await ask(Segments.method.deleteSegment, { key: params.segment, ifVersion }, { timeoutMs: longRequestDeadlineMs });
      return {};
    },
  }),
];
