import { createHash } from 'node:crypto';
import { evaluate, type CompiledDefinitions, type ContextHandle, type EvaluateOptions, type ExposureSource } from '@stitchd/core';
import type { Principal } from '@stitchd/service-kit';
import { problem } from '@stitchd/service-kit';
import type { GatewayContext } from '../context.ts';
import { endpoint, type Endpoint } from '../rest/endpoint.ts';
import { ofrepBody, ofrepBulk, ofrepSuccess } from '../rest/evaluation/evaluation-schemas.ts';
import { prepareContext, readContext } from '../rest/evaluation/prepare-context.ts';
import { ofrepAnswer } from './ofrep-answer.ts';

const tag = 'Evaluation';

/** To a client key a flag that is not `clientVisible` does not exist. */
function optionsFor(principal: Principal, nowMs: number): EvaluateOptions {
  return { nowMs, clientVisibleOnly: principal.keyKind !== 'server' };
}

/** Reading one value exposes its unit, also where the flag was reached through another. */
function evaluateExposing(
  compiled: CompiledDefinitions,
  key: string,
  handle: ContextHandle,
  principal: Principal,
  { nowMs, exposures }: GatewayContext,
) {
  const nestedExposures: ExposureSource[] = [];
  const options = { ...optionsFor(principal, nowMs()), nestedExposures };
  const details = evaluate<undefined>(compiled, key, handle, undefined, undefined, options);
  for (const exposure of details.exposure === undefined ? nestedExposures : [...nestedExposures, details.exposure])
    exposures.record(principal, exposure, handle);
  return ofrepAnswer(key, details);
}

function evaluateVisible(compiled: CompiledDefinitions, handle: ContextHandle, options: EvaluateOptions) {
  const visible = [...compiled.flags.values()].filter(
    (flag) => !flag.archived && (options.clientVisibleOnly !== true || flag.clientVisible),
  );
  return visible.map(
    ({ key }) => ofrepAnswer(key, evaluate<undefined>(compiled, key, handle, undefined, undefined, options)).body,
  );
}

function requirePrincipal(principal: Principal | undefined): Principal {
  if (principal === undefined) throw problem('UNAUTHENTICATED', 'Credentials are missing.');
  return principal;
}

export const ofrepEndpoints: readonly Endpoint[] = [
  endpoint({
    method: 'POST',
    url: '/ofrep/v1/evaluate/flags/:flag',
    operationId: 'ofrepEvaluateFlag',
    tag,
    summary: 'Evaluate one flag (OFREP)',
    description:
      'OpenFeature Remote Evaluation Protocol. With server or client keys; client keys see flags that are `clientVisible`. Reading a value under a running experiment records the exposure.',
    access: 'sdk-key',
    body: ofrepBody,
    crossOrigin: true,
    ofrep: true,
    status: 200,
    answer: ofrepSuccess,
    async handle({ params, body, principal: found }, context) {
      const principal = requirePrincipal(found);
      const input = readContext(body.context ?? {});
      const compiled = await context.definitions(principal);
      const handle = await prepareContext(compiled, [params.flag], input, principal, context);
      return evaluateExposing(compiled, params.flag, handle, principal, context);
    },
  }),
  endpoint({
    method: 'POST',
    url: '/ofrep/v1/evaluate/flags',
    operationId: 'ofrepEvaluateFlags',
    tag,
    summary: 'Evaluate all flags (OFREP)',
    description:
      'OpenFeature Remote Evaluation Protocol, bulk. Exposes nobody. The ETag stands for the answer: with If-None-Match an unchanged one is 304.',
    access: 'sdk-key',
    body: ofrepBody,
    crossOrigin: true,
    ofrep: true,
    status: 200,
    otherStatuses: { 304: 'The answer is the one of If-None-Match.' },
    answer: ofrepBulk,
    async handle({ body, principal: found, headers }, context) {
      const principal = requirePrincipal(found);
      const input = readContext(body.context ?? {});
      const compiled = await context.definitions(principal);
      const handle = await prepareContext(compiled, compiled.flags.keys(), input, principal, context);
      const flags = evaluateVisible(compiled, handle, optionsFor(principal, context.nowMs()));
      const text = JSON.stringify(flags);
      const etag = `"${createHash('sha256').update(text).digest('base64url').slice(0, 22)}"`;
      if (headers['if-none-match'] === etag) return { status: 304, headers: { etag } };
      return { json: `{"flags":${text},"metadata":{"revision":${compiled.revision}}}`, headers: { etag } };
    },
  }),
];
