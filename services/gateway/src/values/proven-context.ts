import { resolveContext, type ContextPayload, type EvaluationContext } from '@stitchd/core';
import { problem } from '@stitchd/service-kit';
import type { Signing } from './signed-tokens.ts';

/**
 * The context that a request is about. What a token vouches for can't be changed or added to by the page that brings it; it may
 * add kinds that the token does not speak of, such as its device.
 * @throws CONTEXT_TOKEN_INVALID, CONTEXT_TOKEN_EXPIRED
 */
export function provenContext(
  asked: EvaluationContext,
  token: string | undefined,
  signing: Signing | undefined,
  nowMs: number,
): EvaluationContext {
  if (token === undefined) return asked;
  const read = signing?.read('context', token, nowMs);
  switch (read?.kind) {
    case 'valid':
      return joined(read.payload, asked);
    case 'expired':
      throw problem('CONTEXT_TOKEN_EXPIRED', 'The context token has expired; get a new one from the server that made it.');
    default:
      throw problem('CONTEXT_TOKEN_INVALID', 'The context token is not one of this environment.');
  }
}

function joined({ context: proven }: ContextPayload, asked: EvaluationContext): EvaluationContext {
  const provenKinds = resolveContext(proven).kinds;
  const { kinds: askedKinds, rootKind } = resolveContext(asked);
  for (const [kind, key] of askedKinds) {
    if (key !== undefined && provenKinds.has(kind) && provenKinds.get(kind) !== key)
      throw problem('CONTEXT_TOKEN_INVALID', `The context token vouches for another ${kind}.`);
  }
  const added = Object.entries(asked).filter(
    ([name]) => name !== rootKind && askedKinds.has(name) && !provenKinds.has(name) && !Object.hasOwn(proven, name),
  );
  return { ...proven, ...Object.fromEntries(added) };
}
