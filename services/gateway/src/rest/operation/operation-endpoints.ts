import { isProblemCode, problemCodes } from '@stitchd/core';
import { problem } from '@stitchd/service-kit';
import { z } from 'zod';
import { endpoint, type Endpoint } from '../endpoint.ts';

const tag = 'Operation';

const health = z.object({ status: z.literal('ok') }).meta({ id: 'Health' });

const readiness = z
  .object({
    status: z.enum(['ready', 'unready']),
    unready: z.record(z.string(), z.array(z.string())).optional().describe('By service: what it waits for.'),
  })
  .meta({ id: 'Readiness' });

const problemKind = z.object({ code: z.string(), status: z.number().int(), title: z.string() }).meta({ id: 'ProblemKind' });

export const operationEndpoints: readonly Endpoint[] = [
  endpoint({
    method: 'GET',
    url: '/healthz',
    operationId: 'getHealth',
    tag,
    summary: 'Whether this process runs',
    description: 'Answers as long as the process does, whatever else is down.',
    access: 'public',
    status: 200,
    answer: health,
    handle: async () => ({ body: { status: 'ok' } }),
  }),
  endpoint({
    method: 'GET',
    url: '/readyz',
    operationId: 'getReadiness',
    tag,
    summary: 'Whether everything behind it can work',
    description: '503 names the services that can not work and what they wait for. SDKs keep evaluating all the same.',
    access: 'public',
    status: 200,
    otherStatuses: { 503: 'Something can not work.' },
    answer: readiness,
    async handle(_, context) {
      const unready = await context.unready();
      if (Object.keys(unready).length === 0) return { body: { status: 'ready' } };
      return { status: 503, body: { status: 'unready', unready } };
    },
  }),
  endpoint({
    method: 'GET',
    url: '/problems/:code',
    operationId: 'getProblemKind',
    tag,
    summary: 'What a problem code means',
    description: 'The `type` of a problem points here.',
    access: 'public',
    status: 200,
    answer: problemKind,
    async handle({ params: { code } }) {
      if (!isProblemCode(code)) throw problem('NOT_FOUND', `There is no problem code ${code}.`);
      const { status, title } = problemCodes[code];
      return { body: { code, status, title } };
    },
  }),
];
