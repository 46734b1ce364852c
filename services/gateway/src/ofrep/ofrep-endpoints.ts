import type { DirectEndpoint } from '../rest/endpoint.ts';
import { ofrepBody, ofrepBulk, ofrepSuccess } from '../rest/evaluation/evaluation-schemas.ts';
import { evaluateBulk } from './evaluate-bulk.ts';
import { evaluateSingle } from './evaluate-single.ts';

const common = { method: 'POST', tag: 'Evaluation', access: 'sdk-key', body: ofrepBody, crossOrigin: true, ofrep: true } as const;

export const ofrepEndpoints: readonly DirectEndpoint[] = [
  {
    ...common,
    url: '/ofrep/v1/evaluate/flags/:flag',
    operationId: 'ofrepEvaluateFlag',
    summary: 'Evaluate one flag (OFREP)',
    description:
      'OpenFeature Remote Evaluation Protocol. With server or client keys; client keys see flags that are `clientVisible`. Reading a value under a running experiment records the exposure.',
    status: 200,
    answer: ofrepSuccess,
    direct: evaluateSingle,
  },
  {
    ...common,
    url: '/ofrep/v1/evaluate/flags',
    operationId: 'ofrepEvaluateFlags',
    summary: 'Evaluate all flags (OFREP)',
    description:
      'OpenFeature Remote Evaluation Protocol, bulk. Exposes nobody. The ETag stands for the answer: with If-None-Match an unchanged one is 304.',
    status: 200,
    otherStatuses: { 304: 'The answer is the one of If-None-Match.' },
    answer: ofrepBulk,
    direct: evaluateBulk,
  },
];
