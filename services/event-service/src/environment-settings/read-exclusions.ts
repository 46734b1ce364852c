import { parsePropertyFilter, type PropertyFilter } from '@stitchd/core';
import { findUnstorableText } from '@stitchd/db/postgres';
import type { FieldProblem } from '../definitions/read-fields.ts';
import { eventServiceLimits } from '../limits.ts';
import type { Exclusion } from './environment-settings.ts';
import { isName, isObject } from './setting-values.ts';

const limits = eventServiceLimits;

/** Null stands for none. What is wrong is told to `into`: a computation can do nothing with a filter that is none. */
export function readExclusions(value: unknown, path: string, into: (problem: FieldProblem) => void): Exclusion[] {
  if (value === null) return [];
  if (!Array.isArray(value) || value.length > limits.exclusions) {
    into({ path, message: `must be a list of at most ${limits.exclusions} exclusions` });
    return [];
  }
  return value.flatMap((exclusion: unknown, index) => {
    const at = `${path}/${index}`;
    const { name, filter: given, ...rest } = isObject(exclusion) ? exclusion : {};
    if (!isName(name)) into({ path: `${at}/name`, message: `must be a text of 1 to ${limits.settingNameLength} characters` });
    const filter = readFilter(given, `${at}/filter`, into);
    for (const field of Object.keys(rest)) into({ path: `${at}/${field}`, message: 'is not a known field' });
    return isName(name) && filter !== undefined ? [{ name, filter }] : [];
  });
}

function readFilter(given: unknown, path: string, into: (problem: FieldProblem) => void): PropertyFilter | undefined {
  if (!isObject(given) || JSON.stringify(given).length > limits.exclusionFilterLength) {
    into({ path, message: `must be a filter of at most ${limits.exclusionFilterLength} characters of JSON` });
    return undefined;
  }
  const parsed = parsePropertyFilter(given);
  if (parsed.kind === 'invalid') {
    for (const error of parsed.errors) into({ path: `${path}${error.path}`, message: error.message });
    return undefined;
  }
  const unstorable = findUnstorableText(parsed.value);
  if (unstorable !== undefined) {
    into({ path: `${path}${unstorable}`, message: 'must not contain U+0000 or half a surrogate pair' });
    return undefined;
  }
  const unknown = propertiesOf(parsed.value).find((property) => !isKnown(property));
  if (unknown === undefined) return parsed.value;
  into({ path, message: `must be about attributes.<name>, unit.<kind>, sdk or sdkVersion; ${unknown} is none of them` });
  return undefined;
}

function propertiesOf(filter: PropertyFilter): readonly string[] {
  if ('all' in filter) return filter.all.flatMap(propertiesOf);
  if ('any' in filter) return filter.any.flatMap(propertiesOf);
  return 'not' in filter ? propertiesOf(filter.not) : [filter.property];
}

/** Another is there in no exposure, so that its rule would leave out nothing, or everything. */
const isKnown = (property: string): boolean => /^(sdk|sdkVersion|(attributes|unit)\..+)$/s.test(property);
