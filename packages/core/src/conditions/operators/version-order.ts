import { match, noMatch, parsedValues, type PrepareMatcher, wrongType } from './matcher.ts';
import { compareVersions, parseVersion, readVersion, type Version } from './version.ts';

function versionOrder(holds: (comparison: number) => boolean): PrepareMatcher {
  return ({ values }) => {
    const bounds = parsedValues(values, (value) => (typeof value === 'string' ? parseVersion(value) : undefined));
    if (bounds === undefined) return undefined;
    const seen: Version = { major: 0, minor: 0, patch: 0, written: 0, preRelease: '' };
    return (value) => {
      if (typeof value !== 'string' || !readVersion(value, seen)) return wrongType;
      for (const bound of bounds) if (holds(compareVersions(seen, bound))) return match;
      return noMatch;
    };
  };
}

export const semverEquals = versionOrder((comparison) => comparison === 0);
export const semverLess = versionOrder((comparison) => comparison < 0);
export const semverLessOrEqual = versionOrder((comparison) => comparison <= 0);
export const semverGreater = versionOrder((comparison) => comparison > 0);
export const semverGreaterOrEqual = versionOrder((comparison) => comparison >= 0);
