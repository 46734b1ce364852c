import { match, noMatch, parsedValues, type PrepareMatcher, wrongType } from './matcher.ts';
import { compareVersions, parseVersion, type Version, versionOf } from './version.ts';

/** From `low` (inclusive unless `lowOpen`) to `high` (exclusive unless `highClosed`); an absent end is open. */
interface Interval {
  readonly low: Version | undefined;
  readonly lowOpen: boolean;
  readonly high: Version | undefined;
  readonly highClosed: boolean;
}

const unbounded: Interval = { low: undefined, lowOpen: false, high: undefined, highClosed: false };

function release(major: number, minor: number, patch: number): Version {
  return { major, minor, patch, written: 3, preRelease: '' };
}

/** The first release that a partial version such as `1.2` no longer covers; `undefined` if all three parts are written. */
function endOfPartial(version: Version): Version | undefined {
  if (version.written === 1) return release(version.major + 1, 0, 0);
  return version.written === 2 ? release(version.major, version.minor + 1, 0) : undefined;
}

/** `^`: up to the next version that may break, the first part that is not zero counting. */
function endOfCaret(version: Version): Version {
  if (version.major > 0 || version.written === 1) return release(version.major + 1, 0, 0);
  if (version.minor > 0 || version.written === 2) return release(0, version.minor + 1, 0);
  return release(0, 0, version.patch + 1);
}

/** `~`: changes of the patch only, or of the minor where only the major is written. */
function endOfTilde(version: Version): Version {
  return version.written === 1 ? release(version.major + 1, 0, 0) : release(version.major, version.minor + 1, 0);
}

/** Versions below `high` leave its pre-releases out: 2.0.0-rc is not within `<2.0.0` of a partial or caret range. */
function below(high: Version): Version {
  return { ...high, preRelease: '0' };
}

const comparatorPattern = /^(>=|<=|>|<|=|\^|~)?(.+)$/;
const wildcardPattern = /^(v?\d+(?:\.\d+)?)?\.?[xX*](?:\.[xX*])*$/;

function intervalOf(comparator: string): Interval | undefined {
  const wildcard = wildcardPattern.exec(comparator);
  if (wildcard !== null && wildcard[1] === undefined) return unbounded;
  const [, operator = '=', text = ''] = comparatorPattern.exec(wildcard?.[1] ?? comparator) ?? [];
  const version = parseVersion(text);
  if (version === undefined) return undefined;
  const partialEnd = endOfPartial(version);
  switch (operator) {
    case '>=':
      return { ...unbounded, low: version };
    case '>':
      return partialEnd === undefined ? { ...unbounded, low: version, lowOpen: true } : { ...unbounded, low: partialEnd };
    case '<':
      return { ...unbounded, high: version };
    case '<=':
      return partialEnd === undefined
        ? { ...unbounded, high: version, highClosed: true }
        : { ...unbounded, high: below(partialEnd) };
    case '^':
      return { ...unbounded, low: version, high: below(endOfCaret(version)) };
    case '~':
      return { ...unbounded, low: version, high: below(endOfTilde(version)) };
    default:
      return partialEnd === undefined
        ? { low: version, lowOpen: false, high: version, highClosed: true }
        : { ...unbounded, low: version, high: below(partialEnd) };
  }
}

const hyphenPattern = /^(\S+)\s+-\s+(\S+)$/;

/** Intervals that must all hold. */
function parseAlternative(text: string): readonly Interval[] | undefined {
  const hyphen = hyphenPattern.exec(text);
  const comparators =
    hyphen === null ? text.replaceAll(/(>=|<=|>|<|=|\^|~)\s+/g, '$1').split(/\s+/) : [`>=${hyphen[1]}`, `<=${hyphen[2]}`];
  return parsedValues(comparators, (comparator) => (typeof comparator === 'string' ? intervalOf(comparator) : undefined));
}

/** A range: alternatives, of which one must hold with all its intervals. */
export type VersionRange = readonly (readonly Interval[])[];

/**
 * Reads a range: comparators (`>=1.2 <2`), `^1.2.3`, `~1.2`, partial versions and wildcards (`1.x`), spans (`1.2 - 1.9`),
 * joined by spaces (all) and `||` (any). `undefined` if it is none.
 */
export function parseVersionRange(text: string): VersionRange | undefined {
  return parsedValues(text.split('||'), (part) => (typeof part === 'string' ? parseAlternative(part.trim()) : undefined));
}

function holds(interval: Interval, version: Version): boolean {
  if (interval.low !== undefined) {
    const comparison = compareVersions(version, interval.low);
    if (comparison < 0 || (comparison === 0 && interval.lowOpen)) return false;
  }
  if (interval.high === undefined) return true;
  const comparison = compareVersions(version, interval.high);
  return comparison < 0 || (comparison === 0 && interval.highClosed);
}

/** `semverInRange`: the version lies within one of the ranges; pre-releases by plain precedence. */
export const semverInRange: PrepareMatcher = ({ values }) => {
  const ranges = parsedValues(values, (value) => (typeof value === 'string' ? parseVersionRange(value) : undefined));
  if (ranges === undefined) return undefined;
  const alternatives = ranges.flat();
  return (value) => {
    const version = typeof value === 'string' ? versionOf(value) : undefined;
    if (version === undefined) return wrongType;
    return alternatives.some((intervals) => intervals.every((interval) => holds(interval, version))) ? match : noMatch;
  };
};
