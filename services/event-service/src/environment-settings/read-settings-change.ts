import type { JsonObject } from '@bufbuild/protobuf';
import { exposuresOnNames, type ExposuresOn } from '@stitchd/core';
import { retainedTables } from '@stitchd/db/clickhouse';
import type { EnvironmentSettingsChange } from '@stitchd/db/event';
import { refuseProblems, type FieldProblem } from '../definitions/read-fields.ts';
import { eventServiceLimits } from '../limits.ts';
import { retentionLimits } from '../retention/retention-limits.ts';
import { readExclusions } from './read-exclusions.ts';
import { isName, isObject } from './setting-values.ts';

type Change = Partial<EnvironmentSettingsChange>;

/** Reads one field into the change, or says what is wrong with it. Null stands for the field's default. */
type FieldReader = (value: unknown, path: string, into: (problem: FieldProblem) => void) => Change;

const limits = eventServiceLimits;

const readers: Readonly<Record<string, FieldReader>> = {
  strict: (value, path, into) => ({ strict: readSwitch(value, path, into) }),
  itemsPerSecond: (value, path, into) => ({ items_per_second: readItemsPerSecond(value, path, into) }),
  exposureAttributes: (value, path, into) => ({
    exposure_attributes: readNames(value, path, into, limits.exposureAttributes),
  }),
  exposuresOn: (value, path, into) => ({ exposures_on: readExposuresOn(value, path, into) }),
  observeValues: (value, path, into) => ({ observe_values: readSwitch(value, path, into) }),
  hashedKinds: (value, path, into) => ({ hashed_kinds: readNames(value, path, into, limits.hashedKinds) }),
  retention: (value, path, into) => ({ retention: readRetention(value, path, into) }),
  exclusions: (value, path, into) => ({ exclusions: readExclusions(value, path, into) }),
};

/**
 * Reads what is to change of an environment's event settings.
 * @throws VALIDATION_FAILED naming every field that is wrong
 */
export function readSettingsChange(change: JsonObject): Change {
  const problems: FieldProblem[] = [];
  const into = (problem: FieldProblem): void => void problems.push(problem);
  const read = Object.entries(change).map(([name, value]) => {
    const reader = Object.hasOwn(readers, name) ? readers[name] : undefined;
    if (reader !== undefined) return reader(value, name, into);
    into({ path: name, message: 'is not a setting' });
    return {};
  });
  refuseProblems(problems);
  return Object.assign({}, ...read) as Change;
}

function readSwitch(value: unknown, path: string, into: (problem: FieldProblem) => void): boolean {
  if (value !== null && typeof value !== 'boolean') into({ path, message: 'must be true or false' });
  return value === true;
}

function readExposuresOn(value: unknown, path: string, into: (problem: FieldProblem) => void): ExposuresOn {
  const known = exposuresOnNames.find((name) => name === value);
  if (value !== null && known === undefined) into({ path, message: `must be one of ${exposuresOnNames.join(', ')}` });
  return known ?? 'read';
}

function readItemsPerSecond(value: unknown, path: string, into: (problem: FieldProblem) => void): number | null {
  const { least, most } = limits.itemsPerSecond;
  if (value === null || isWhole(value, least, most)) return value;
  into({ path, message: `must be a whole number from ${least} to ${most}` });
  return null;
}

function isWhole(value: unknown, least: number, most: number): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most;
}

function readNames(value: unknown, path: string, into: (problem: FieldProblem) => void, most: number): string[] {
  if (value === null) return [];
  const isList = Array.isArray(value) && value.length <= most;
  const names: readonly unknown[] = isList ? value : [];
  if (!isList) into({ path, message: `must be a list of at most ${most} names` });
  const wrong = names.findIndex((name) => !isName(name));
  if (wrong >= 0) into({ path: `${path}/${wrong}`, message: `must be a text of 1 to ${limits.settingNameLength} characters` });
  const twice = names.findIndex((name, index) => names.indexOf(name) !== index);
  if (twice >= 0) into({ path: `${path}/${twice}`, message: 'is given twice' });
  return names.filter(isName);
}

function readRetention(value: unknown, path: string, into: (problem: FieldProblem) => void): Record<string, number> {
  if (value === null) return {};
  if (!isObject(value)) {
    into({ path, message: 'must be an object of days by table' });
    return {};
  }
  const { least, most } = retentionLimits.days;
  const tables: readonly string[] = retainedTables;
  const retention: Record<string, number> = {};
  for (const [table, days] of Object.entries(value)) {
    if (!tables.includes(table)) into({ path: `${path}/${table}`, message: `must be one of ${tables.join(', ')}` });
    else if (isWhole(days, least, most)) retention[table] = days;
    else into({ path: `${path}/${table}`, message: `must be a whole number of days from ${least} to ${most}` });
  }
  return retention;
}
