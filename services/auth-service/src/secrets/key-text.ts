import { sha256Of } from './opaque-token.ts';

/** By its prefix a secret scanner, and a person, can tell what a key is for. */
export type KeyPrefix = 'stsk' | 'stck' | 'stat';

export interface MadeKey {
  /** Shown once. */
  readonly text: string;
  /** All that is stored of the text beside the hint. */
  readonly sha256: Uint8Array;
  /** The visible beginning. */
  readonly hint: string;
}

const secretBytes = 32;
const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
/** The least number of base-62 digits that hold 256 bits: 62^43 > 2^256. */
const textLength = 43;
const hintLength = 4;

/** A key of 256 random bits, in letters and digits so that a double click selects all of it. */
export function makeKey(prefix: KeyPrefix, randomBytes: (bytes: number) => Uint8Array): MadeKey {
  const secret = base62(randomBytes(secretBytes));
  const text = `${prefix}_${secret}`;
  return { text, sha256: sha256Of(text), hint: `${prefix}_${secret.slice(0, hintLength)}…` };
}

function base62(bytes: Uint8Array): string {
  let rest = BigInt(`0x${Buffer.from(bytes).toString('hex')}`);
  let text = '';
  while (text.length < textLength) {
    text = alphabet.charAt(Number(rest % 62n)) + text;
    rest /= 62n;
  }
  return text;
}
