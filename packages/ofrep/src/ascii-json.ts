/**
 * JSON text in ASCII alone: whatever lies beyond is escaped, which means the same to every reader. Its length is then its
 * bytes, and it is written to a socket without being encoded.
 */
export function asciiJson(value: unknown): string {
  return JSON.stringify(value).replaceAll(/[\u007f-\uffff]/g, escaped);
}

function escaped(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
