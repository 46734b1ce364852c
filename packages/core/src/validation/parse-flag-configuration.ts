import { parseDateTime } from '../conditions/operators/date-time.ts';
import type { FlagConfiguration, FlagDefinition, IndividualTarget, Prerequisite, Rule } from '../definitions/flag.ts';
import { listOf, readBoolean, readField, readName, readObject, readOptional, readText } from './field-readers.ts';
import { readCondition, readFlagVariants } from './parse-condition.ts';
import { serveOf, variantOf } from './parse-serve.ts';
import { validationLimits } from './validation-limits.ts';
import { type ErrorList, memberPath, type Reader, validate, type Validation } from './validation.ts';

function prerequisiteOf(flagKey: string): Reader<Prerequisite> {
  return (input, path, errors) => {
    const prerequisite = readFlagVariants(input, path, errors);
    if (prerequisite?.flag === flagKey) return errors.add(memberPath(path, 'flag'), 'must be another flag');
    return prerequisite;
  };
}

const readMoment: Reader<string> = (input, path, errors) =>
  typeof input === 'string' && !Number.isNaN(parseDateTime(input)) ? input : errors.add(path, 'must be a moment of RFC 3339');

function targetOf(variants: ReadonlySet<string>): Reader<IndividualTarget> {
  return (input, path, errors) => {
    const object = readObject(input, path, errors, ['contextKind', 'variant', 'keys', 'expiresAt']);
    if (object === undefined) return undefined;
    const contextKind = readField(object, 'contextKind', path, errors, readText);
    const variant = readField(object, 'variant', path, errors, variantOf(variants));
    const keys = readField(object, 'keys', path, errors, listOf(readText, 0, validationLimits.keysPerTarget));
    const expiresAt = readOptional(object, 'expiresAt', path, errors, readMoment);
    if (contextKind === undefined || variant === undefined || keys === undefined) return undefined;
    return { contextKind, variant, keys, ...expiresAt };
  };
}

function ruleOf(variants: ReadonlySet<string>): Reader<Rule> {
  return (input, path, errors) => {
    const object = readObject(input, path, errors, ['id', 'name', 'when', 'serve']);
    if (object === undefined) return undefined;
    const id = readField(object, 'id', path, errors, readName);
    const name = readOptional(object, 'name', path, errors, readName);
    const when = readField(object, 'when', path, errors, readCondition);
    const serve = readField(object, 'serve', path, errors, serveOf({ variants, coversAll: false }));
    return id === undefined || when === undefined || serve === undefined ? undefined : { id, ...name, when, serve };
  };
}

/** The variant, or null for none. */
function offVariantOf(variants: ReadonlySet<string>): Reader<{ readonly key: string | null }> {
  const readVariant = variantOf(variants);
  return (input, path, errors) => {
    if (input === null) return { key: null };
    const key = readVariant(input, path, errors);
    return key === undefined ? undefined : { key };
  };
}

function reportRepeated(ids: readonly (readonly [path: string, id: string])[], errors: ErrorList): void {
  const seen = new Set<string>();
  for (const [path, id] of ids) {
    if (seen.has(id)) errors.add(path, 'is used twice in this flag');
    seen.add(id);
  }
}

function checkIds({ rules, defaultServe }: FlagConfiguration, path: string, errors: ErrorList): void {
  reportRepeated(
    rules.map(({ id }, index) => [`${path}/rules/${index}/id`, id] as const),
    errors,
  );
  const splits = rules.flatMap(({ serve }, index) =>
    'split' in serve ? [[`${path}/rules/${index}/serve/split/id`, serve.split.id] as const] : [],
  );
  const last = 'split' in defaultServe ? [[`${path}/defaultServe/split/id`, defaultServe.split.id] as const] : [];
  reportRepeated([...splits, ...last], errors);
}

const fields = ['enabled', 'offVariant', 'prerequisites', 'targets', 'rules', 'defaultServe'];

/**
 * Checks what decides a flag in one environment: structure, sizes, variants that exist, ranges, operators and values. What
 * lies outside the flag (other flags, segments, holdouts) is for the caller to look up by `referencesOf`. Never throws.
 */
export function parseFlagConfiguration(
  json: unknown,
  flag: Pick<FlagDefinition, 'key' | 'variants'>,
): Validation<FlagConfiguration> {
  const variants = new Set(flag.variants.map(({ key }) => key));
  return validate(json, (input, path, errors) => {
    const object = readObject(input, path, errors, fields);
    if (object === undefined) return undefined;
    const enabled = readField(object, 'enabled', path, errors, readBoolean);
    const offVariant = readField(object, 'offVariant', path, errors, offVariantOf(variants));
    const prerequisites = readField(
      object,
      'prerequisites',
      path,
      errors,
      listOf(prerequisiteOf(flag.key), 0, validationLimits.prerequisites),
    );
    const targets = readField(object, 'targets', path, errors, listOf(targetOf(variants), 0, validationLimits.targets));
    const rules = readField(object, 'rules', path, errors, listOf(ruleOf(variants), 0, validationLimits.rules));
    const defaultServe = readField(object, 'defaultServe', path, errors, serveOf({ variants, coversAll: true }));
    if (enabled === undefined || offVariant === undefined || prerequisites === undefined) return undefined;
    if (targets === undefined || rules === undefined || defaultServe === undefined) return undefined;
    const configuration = { enabled, offVariant: offVariant.key, prerequisites, targets, rules, defaultServe };
    checkIds(configuration, path, errors);
    return configuration;
  });
}
