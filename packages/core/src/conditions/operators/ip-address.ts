/** An address as four 32-bit words; an IPv4 address is its IPv4-mapped IPv6 address (RFC 4291 §2.5.5.2). */
export type IpWords = [number, number, number, number];

const mappedPrefix = 0xffff;

/** The 32 bits of a dotted address from `start` to the end of the text, or -1. Leading zeros are refused: some read them as octal. */
function readIpv4(text: string, start: number): number {
  let word = 0;
  let parts = 0;
  let position = start;
  while (parts < 4) {
    const first = position;
    let value = 0;
    while (position < text.length && position - first < 4) {
      const digit = text.charCodeAt(position) - 48;
      if (digit < 0 || digit > 9) break;
      value = value * 10 + digit;
      position++;
    }
    const length = position - first;
    if (length === 0 || value > 255 || (length > 1 && text.charCodeAt(first) === 48)) return -1;
    word = word * 256 + value;
    parts++;
    if (parts < 4) {
      if (text.charCodeAt(position) !== 46) return -1;
      position++;
    }
  }
  return position === text.length ? word : -1;
}

function hexDigit(code: number): number {
  if (code >= 48 && code <= 57) return code - 48;
  const letter = code | 32;
  return letter >= 97 && letter <= 102 ? letter - 87 : -1;
}

function setGroup(words: IpWords, group: number, value: number): void {
  const index = group >> 1;
  const word = words[index] ?? 0;
  words[index] = group % 2 === 0 ? ((word & 0xffff) | (value << 16)) >>> 0 : ((word & 0xffff0000) | value) >>> 0;
}

function group(words: IpWords, index: number): number {
  const word = words[index >> 1] ?? 0;
  return index % 2 === 0 ? word >>> 16 : word & 0xffff;
}

/** Moves the groups after `::` to the end. */
function expand(words: IpWords, gap: number, count: number): void {
  const moved = count - gap;
  for (let i = 1; i <= moved; i++) setGroup(words, 8 - i, group(words, count - i));
  for (let i = gap; i < 8 - moved; i++) setGroup(words, i, 0);
}

function readIpv6(text: string, into: IpWords): boolean {
  into[0] = into[1] = into[2] = into[3] = 0;
  let count = 0;
  let gap = -1;
  let position = 0;
  if (text.startsWith('::')) {
    gap = 0;
    position = 2;
  }
  while (position < text.length) {
    if (count === 8) return false;
    const first = position;
    let value = 0;
    while (position < text.length && position - first < 4 && hexDigit(text.charCodeAt(position)) >= 0) {
      value = value * 16 + hexDigit(text.charCodeAt(position));
      position++;
    }
    if (text.charCodeAt(position) === 46 && count <= 6) {
      const word = readIpv4(text, first);
      if (word < 0) return false;
      setGroup(into, count, word >>> 16);
      setGroup(into, count + 1, word & 0xffff);
      count += 2;
      break;
    }
    if (position === first) return false;
    setGroup(into, count, value);
    count++;
    if (position === text.length) break;
    if (text.charCodeAt(position) !== 58) return false;
    position++;
    if (text.charCodeAt(position) === 58) {
      if (gap !== -1) return false;
      gap = count;
      position++;
    } else if (position === text.length) return false;
  }
  if (gap === -1) return count === 8;
  if (count === 8) return false;
  expand(into, gap, count);
  return true;
}

/** Reads an IPv4 or IPv6 address into `into` without allocation; `false` if text is none. No zone, port or brackets. */
export function readIpAddress(text: string, into: IpWords): boolean {
  if (text.includes(':')) return readIpv6(text, into);
  const word = readIpv4(text, 0);
  if (word < 0) return false;
  into[0] = into[1] = 0;
  into[2] = mappedPrefix;
  into[3] = word;
  return true;
}
