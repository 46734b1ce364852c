import { createHash } from 'node:crypto';
import { fromJson, toBinary, toJson, type DescMessage, type JsonValue, type MessageShape } from '@bufbuild/protobuf';
import { currentCall, currentPrincipal } from './call.ts';
import { problem } from './problem.ts';

/** The identity of a write that its client may repeat, as `doOnce` of @stitchd/db wants it. */
export interface Repeatable {
  readonly organisationId: string;
  readonly principalId: string;
  readonly route: string;
  readonly key: string;
  readonly bodyHash: Uint8Array;
}

/** Undefined where the client sent no Idempotency-Key. */
export function repeatableRequest<D extends DescMessage>(
  route: string,
  schema: D,
  request: MessageShape<D>,
): Repeatable | undefined {
  const key = currentCall()?.idempotencyKey;
  if (key === undefined) return undefined;
  const principal = currentPrincipal();
  if (principal.organisationId === undefined) return undefined;
  const bodyHash = createHash('sha256').update(toBinary(schema, request)).digest();
  return { organisationId: principal.organisationId, principalId: principal.id, route, key, bodyHash };
}

type Outcome<T> =
  | { readonly kind: 'done'; readonly value: T }
  | { readonly kind: 'repeated'; readonly response: unknown }
  | { readonly kind: 'not-repeatable' }
  | { readonly kind: 'key-reused' };

/** The JSON under which a response is stored for repetitions. */
export function storedResponse<D extends DescMessage>(schema: D): (value: MessageShape<D>) => JsonValue {
  return (value) => toJson(schema, value);
}

/** The response of a write that was done now or before. */
export function repeatableResponse<D extends DescMessage>(schema: D, outcome: Outcome<MessageShape<D>>): MessageShape<D> {
  switch (outcome.kind) {
    case 'done':
      return outcome.value;
    case 'repeated':
      return fromJson(schema, outcome.response as JsonValue);
    case 'not-repeatable':
      throw problem('CONFLICT', 'This request was carried out before, and its response held a secret that is stored nowhere.');
    case 'key-reused':
      throw problem('IDEMPOTENCY_KEY_REUSED', 'This Idempotency-Key came with another request before; use a new one.');
  }
}
