import {
  evaluate,
  evaluateWithTrace,
  permissionsOf,
  type CompiledDefinitions,
  type ContextHandle,
  type EvaluationDetails,
  type JsonValue,
} from '@stitchd/core';
import { problem } from '@stitchd/service-kit';
import { endpoint, type Endpoint } from '../endpoint.ts';
import { previewBody, previewed } from './evaluation-schemas.ts';
import { prepareContext, readContext } from './prepare-context.ts';

type Details = EvaluationDetails<JsonValue | undefined>;

function evaluated(flag: string, details: Details) {
  const { value, variant, reason, errorCode, errorMessage, metadata } = details;
  return { flag, value, variant, reason, errorCode, errorMessage, metadata };
}

function evaluateAll(compiled: CompiledDefinitions, context: ContextHandle, nowMs: number) {
  const flags = [...compiled.flags.keys()]
    .toSorted()
    .map((flag) => evaluated(flag, evaluate<undefined>(compiled, flag, context, undefined, undefined, { nowMs })));
  return { revision: compiled.revision, flags };
}

function evaluateOne(compiled: CompiledDefinitions, flag: string, context: ContextHandle, nowMs: number) {
  const { details, steps } = evaluateWithTrace<undefined>(compiled, flag, context, undefined, undefined, { nowMs });
  return { revision: compiled.revision, flags: [evaluated(flag, details)], trace: steps };
}

export const previewEndpoints: readonly Endpoint[] = [
  endpoint({
    method: 'POST',
    url: '/v1/projects/:project/environments/:environment/evaluate',
    operationId: 'previewEvaluation',
    tag: 'Evaluation',
    summary: 'Try an evaluation',
    description:
      'Evaluates one flag with its trace, or all flags, for a context. It exposes nobody to an experiment, and the context is stored nowhere.',
    access: 'people',
    body: previewBody,
    status: 200,
    answer: previewed,
    async handle({ body, principal }, context) {
      if (principal?.role === undefined || !permissionsOf(principal.role).has('flag.read'))
        throw problem('PERMISSION_DENIED', 'The permission flag.read is missing.');
      const input = readContext(body.context);
      const compiled = await context.definitions(principal);
      const flagKeys = body.flag === undefined ? compiled.flags.keys() : [body.flag];
      const handle = await prepareContext(compiled, flagKeys, input, principal, context);
      const nowMs = context.nowMs();
      return {
        body: body.flag === undefined ? evaluateAll(compiled, handle, nowMs) : evaluateOne(compiled, body.flag, handle, nowMs),
      };
    },
  }),
];
