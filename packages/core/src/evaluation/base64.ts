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

/** Encodes bytes as base64 with padding. */
export function encodeBase64(bytes: Uint8Array): string {
  const parts: string[] = [];
  for (let i = 0; i < bytes.length; i += 3) {
    const bits = ((bytes[i] ?? 0) << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
    const quartet =
      alphabet.charAt(bits >>> 18) +
      alphabet.charAt((bits >>> 12) & 63) +
      alphabet.charAt((bits >>> 6) & 63) +
      alphabet.charAt(bits & 63);
    const missing = i + 3 - bytes.length;
    parts.push(missing > 0 ? quartet.slice(0, 4 - missing) + '='.repeat(missing) : quartet);
  }
  return parts.join('');
}
