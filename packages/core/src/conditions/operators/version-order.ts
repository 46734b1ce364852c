import { match, noMatch, parsedValues, type PrepareMatcher, wrongType } from './matcher.ts';
import { compareVersions, parseVersion, versionOf } from './version.ts';

const less = 1;
const equal = 2;
const greater = 4;

/** Accepts versions whose relation to one of the bounds is among `relations`, a sum of the above. */
function versionOrder(relations: number): PrepareMatcher {
  return ({ values }) => {
    const bounds = parsedValues(values, (value) => (typeof value === 'string' ? parseVersion(value) : undefined));
    if (bounds === undefined) return undefined;
    return (value) => {
      const version = typeof value === 'string' ? versionOf(value) : undefined;
      if (version === undefined) return wrongType;
      for (const bound of bounds) {
        const comparison = compareVersions(version, bound);
        if ((relations & (comparison === 0 ? equal : comparison < 0 ? less : greater)) !== 0) return match;
      }
      return noMatch;
    };
  };
}

export const semverEquals = versionOrder(equal);
export const semverLess = versionOrder(less);
export const semverLessOrEqual = versionOrder(less | equal);
export const semverGreater = versionOrder(greater);
export const semverGreaterOrEqual = versionOrder(greater | equal);
