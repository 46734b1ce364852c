import { decodeBase64url, parseToken, type CompiledDefinitions, type OverridesPayload } from '@stitchd/core';
import type { OverrideLookup } from './override.ts';

export interface LinkParts {
  readonly compiled: () => CompiledDefinitions | undefined;
  readonly nowMs: () => number;
  /** HMAC-SHA256; `undefined` where the runtime has none that answers at once. */
  readonly hmacSha256: ((key: Uint8Array, text: string) => Uint8Array) | undefined;
  /** Hears why a link counts for nothing. */
  readonly onUseless: (message: string) => void;
}

/**
 * The overrides of a signed link. The signature is checked when the first flag is asked for, since the secret comes with the
 * definitions; from then on only the link's end is looked at.
 */
export function createLinkOverrides(token: string, parts: LinkParts): OverrideLookup {
  let checkedWith: string | undefined;
  let payload: OverridesPayload | undefined;
  return {
    isEmpty: () => false,
    find(flagKey) {
      const compiled = parts.compiled();
      const secret = compiled?.signingSecret;
      if (secret === undefined || compiled?.environmentId === undefined) return undefined;
      if (checkedWith !== secret) {
        checkedWith = secret;
        payload = payloadOf(token, secret, compiled.environmentId, parts);
      }
      if (payload === undefined || !Object.hasOwn(payload.flags, flagKey) || parts.nowMs() >= payload.exp) return undefined;
      return { source: 'link', answer: { kind: 'variant', variant: payload.flags[flagKey] as string } };
    },
  };
}

const sayings = { malformed: 'malformed', expired: 'past its end', 'other-environment': 'for another environment' };

function payloadOf(
  token: string,
  secret: string,
  environmentId: string,
  { nowMs, hmacSha256, onUseless }: LinkParts,
): OverridesPayload | undefined {
  const useless = (why: string): undefined => {
    onUseless(`an override link is passed over: ${why}`);
  };
  if (hmacSha256 === undefined) return useless('this runtime can not check its signature');
  const key = decodeBase64url(secret);
  const parsed = parseToken('overrides', token, { environmentId, nowMs: nowMs() });
  if (parsed.kind !== 'parsed') return useless(`it is ${sayings[parsed.kind]}`);
  if (key === undefined) return useless('the secret of the environment can not be read');
  return isSame(hmacSha256(key, parsed.signedText), parsed.mac) ? parsed.payload : useless('its signature is wrong');
}

/** Compares in a time that says nothing about where bytes differ. */
function isSame(expected: Uint8Array, actual: Uint8Array): boolean {
  let difference = expected.length ^ actual.length;
  for (const [index, byte] of expected.entries()) difference |= byte ^ (actual[index] ?? 0);
  return difference === 0;
}
