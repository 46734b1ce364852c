const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

const valueOf = new Int8Array(128).fill(-1);
for (const [value, character] of [...alphabet].entries()) valueOf[character.charCodeAt(0)] = value;

/** Decodes base64 with padding (RFC 4648 §4); `undefined` if text is not that. The language itself has no decoder. */
export function decodeBase64(text: string): Uint8Array<ArrayBuffer> | undefined {
  if (text.length % 4 !== 0) return undefined;
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  const bytes = new Uint8Array((text.length / 4) * 3 - padding);
  const digits = text.length - padding;
  let bits = 0;
  let filled = 0;
  let position = 0;
  for (let i = 0; i < digits; i++) {
    const value = valueOf[text.charCodeAt(i)] ?? -1;
    if (value < 0) return undefined;
    bits = ((bits << 6) | value) & 0xffffff;
    filled += 6;
    if (filled >= 8) {
      filled -= 8;
      bytes[position] = bits >>> filled;
      position++;
    }
  }
  return bytes;
}

const codeOf = Uint8Array.from(alphabet, (character) => character.charCodeAt(0));
const paddingCode = '='.charCodeAt(0);
/** Characters that are made into text at once: arguments of one call. */
const chunkLength = 8_192;

/** Encodes bytes as base64 with padding. */
export function encodeBase64(bytes: Uint8Array): string {
  const codes = new Uint8Array(Math.ceil(bytes.length / 3) * 4);
  for (let i = 0, at = 0; i < bytes.length; i += 3, at += 4) {
    const bits = ((bytes[i] ?? 0) << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
    codes[at] = codeOf[bits >>> 18] ?? 0;
    codes[at + 1] = codeOf[(bits >>> 12) & 63] ?? 0;
    codes[at + 2] = codeOf[(bits >>> 6) & 63] ?? 0;
    codes[at + 3] = codeOf[bits & 63] ?? 0;
  }
  const missing = (3 - (bytes.length % 3)) % 3;
  codes.fill(paddingCode, codes.length - missing);
  let text = '';
  // Spreading would cost ten times as much: it walks the array's iterator.
  for (let i = 0; i < codes.length; i += chunkLength)
    text += Reflect.apply(String.fromCharCode, undefined, codes.subarray(i, i + chunkLength));
  return text;
}
