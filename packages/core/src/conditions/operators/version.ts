/** A version taken apart (semver.org 2.0.0, with a leading `v` and missing minor or patch accepted, build metadata ignored). */
export interface Version {
  major: number;
  minor: number;
  patch: number;
  /** How many of major, minor and patch were written. */
  written: number;
  /** The text after the hyphen, '' for a release. */
  preRelease: string;
}

/** Numbers of more digits would not be exact as doubles. */
const maxDigits = 15;

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

function isIdentifierCharacter(code: number): boolean {
  return isDigit(code) || (code >= 65 && code <= 90) || (code >= 97 && code <= 122) || code === 45;
}

/** Whether the text from `start` to `end` is identifiers joined by dots; numeric ones of a pre-release have no leading zero. */
function areIdentifiers(text: string, start: number, end: number, leadingZeroAllowed: boolean): boolean {
  let first = start;
  let numeric = true;
  for (let i = start; i <= end; i++) {
    const code = i < end ? text.charCodeAt(i) : 46;
    if (code !== 46) {
      if (!isIdentifierCharacter(code)) return false;
      if (!isDigit(code)) numeric = false;
      continue;
    }
    if (i === first) return false;
    if (numeric && !leadingZeroAllowed && i - first > 1 && text.charCodeAt(first) === 48) return false;
    first = i + 1;
    numeric = true;
  }
  return true;
}

/** Reads text into `into`, which saves an allocation while flags are evaluated; `false` if it is no version. */
export function readVersion(text: string, into: Version): boolean {
  let position = text.charCodeAt(0) === 118 ? 1 : 0;
  let written = 0;
  into.major = into.minor = into.patch = 0;
  for (;;) {
    const start = position;
    let value = 0;
    while (position < text.length && isDigit(text.charCodeAt(position))) {
      value = value * 10 + text.charCodeAt(position) - 48;
      position++;
    }
    const length = position - start;
    if (length === 0 || length > maxDigits || (length > 1 && text.charCodeAt(start) === 48)) return false;
    if (written === 0) into.major = value;
    else if (written === 1) into.minor = value;
    else into.patch = value;
    written++;
    if (written === 3 || text.charCodeAt(position) !== 46) break;
    position++;
  }
  into.written = written;
  into.preRelease = '';
  if (position === text.length) return true;
  return readSuffixes(text, position, into);
}

function readSuffixes(text: string, start: number, into: Version): boolean {
  const plus = text.indexOf('+', start);
  const end = plus === -1 ? text.length : plus;
  if (plus !== -1 && !areIdentifiers(text, plus + 1, text.length, true)) return false;
  if (start === end) return true;
  if (text.charCodeAt(start) !== 45 || !areIdentifiers(text, start + 1, end, false)) return false;
  into.preRelease = text.slice(start + 1, end);
  return true;
}

/** Longer text is read anew each time, so that nothing large is held on to. */
const maxKeptLength = 64;

const kept = { text: '', isVersion: false, version: { major: 0, minor: 0, patch: 0, written: 0, preRelease: '' } };

/**
 * The version that text is, valid until the next call; `undefined` if it is none. The last text is remembered, since the rules
 * of a flag tend to ask about the same one several times.
 */
export function versionOf(text: string): Version | undefined {
  if (text !== kept.text || text === '') {
    // Should reading throw, nothing is remembered.
    kept.text = '';
    kept.isVersion = readVersion(text, kept.version);
    if (text.length <= maxKeptLength) kept.text = text;
  }
  return kept.isVersion ? kept.version : undefined;
}

/** The version that text is, or `undefined`. */
export function parseVersion(text: string): Version | undefined {
  const version: Version = { major: 0, minor: 0, patch: 0, written: 0, preRelease: '' };
  return readVersion(text, version) ? version : undefined;
}

/** Precedence of semver.org §11: negative if a comes before b, 0 if they are equal, positive if after. */
export function compareVersions(a: Version, b: Version): number {
  return a.major - b.major || a.minor - b.minor || a.patch - b.patch || comparePreReleases(a.preRelease, b.preRelease);
}

function comparePreReleases(a: string, b: string): number {
  if (a === b) return 0;
  if (a === '') return 1;
  if (b === '') return -1;
  const left = a.split('.');
  const right = b.split('.');
  const shorter = Math.min(left.length, right.length);
  for (let i = 0; i < shorter; i++) {
    const difference = compareIdentifiers(left[i] ?? '', right[i] ?? '');
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}

const digitsOnly = /^[0-9]+$/;

function compareIdentifiers(a: string, b: string): number {
  if (a === b) return 0;
  const aNumeric = digitsOnly.test(a);
  const bNumeric = digitsOnly.test(b);
  if (aNumeric && bNumeric) return a.length - b.length || (a < b ? -1 : 1);
  if (aNumeric !== bNumeric) return aNumeric ? -1 : 1;
  return a < b ? -1 : 1;
}
