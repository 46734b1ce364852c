import { isPlainObject, ownValue, type PlainObject } from '../context/plain-object.ts';
import { type Unit, type UnitSource, unitSource } from '../context/unit-source.ts';
import { type BucketRanges, bucketIn, rangeOf, readBucketRanges } from './bucket-ranges.ts';
import type { PreparedDetails } from './compiled-definitions.ts';
import { type CompiledServe, placeFacts, type ServePlace, unusableServe } from './serve-place.ts';
import type { EvaluationMetadata, ExposureSource } from './details.ts';
import type { EvaluationRun } from './evaluation-run.ts';
import { compileHoldoutGate, type HoldoutGate } from './holdout-gate.ts';

/** A split's parts, read from a body of any origin. */
interface SplitParts {
  readonly id: string;
  readonly source: UnitSource;
  readonly arms: BucketRanges;
  /** By index of the range. */
  readonly variants: readonly string[];
  readonly enrol: BucketRanges | undefined;
  readonly otherwise: string | undefined;
  readonly layer: BucketRanges | undefined;
  readonly layerKey: string;
  readonly iterationId: string | undefined;
  readonly sticky: boolean;
}

function optionalText(object: PlainObject, name: string): string | undefined {
  const value = ownValue(object, name);
  return typeof value === 'string' ? value : undefined;
}

function variantNames(ranges: unknown): readonly string[] | undefined {
  if (!Array.isArray(ranges)) return undefined;
  const names = ranges.map((range) => (isPlainObject(range) ? optionalText(range, 'variant') : undefined));
  return names.every((name) => name !== undefined) ? names : undefined;
}

function readSplit(split: PlainObject): SplitParts | undefined {
  const id = optionalText(split, 'id');
  const contextKind = optionalText(split, 'contextKind');
  const arms = readBucketRanges(ownValue(split, 'salt'), ownValue(split, 'ranges'));
  const variants = variantNames(ownValue(split, 'ranges'));
  if (id === undefined || contextKind === undefined || arms === undefined || variants === undefined) return undefined;
  const enrolment = ownValue(split, 'enrol');
  const slice = ownValue(split, 'layer');
  const enrol = isPlainObject(enrolment)
    ? readBucketRanges(ownValue(enrolment, 'salt'), ownValue(enrolment, 'ranges'))
    : undefined;
  const layer = isPlainObject(slice) ? readBucketRanges(ownValue(slice, 'salt'), ownValue(slice, 'ranges')) : undefined;
  if ((enrolment !== undefined && enrol === undefined) || (slice !== undefined && layer === undefined)) return undefined;
  return {
    id,
    source: unitSource(contextKind, optionalText(split, 'attribute')),
    arms,
    variants,
    enrol,
    otherwise: isPlainObject(enrolment) ? optionalText(enrolment, 'otherwise') : undefined,
    layer,
    layerKey: isPlainObject(slice) ? (optionalText(slice, 'key') ?? '') : '',
    iterationId: optionalText(split, 'iterationId'),
    sticky: ownValue(split, 'sticky') === true,
  };
}

/** The variant that every unit gets, so that none is needed; `undefined` if there are several or takers must be told apart. */
function wholeVariant({ arms, variants, enrol, otherwise, layer, iterationId }: SplitParts): string | undefined {
  const [only] = variants;
  if (only === undefined || !arms.coversAll || variants.some((variant) => variant !== only) || layer !== undefined)
    return undefined;
  const everybody = enrol === undefined || enrol.coversAll || (otherwise === only && iterationId === undefined);
  return everybody ? only : undefined;
}

/** Prepared answers of a split, for units that a holdout covers and for those that none does. */
interface SplitAnswers {
  readonly byRange: readonly PreparedDetails[];
  readonly assigned: ReadonlyMap<string, PreparedDetails>;
  readonly otherwise: PreparedDetails | undefined;
}

function prepareAnswers(parts: SplitParts, place: ServePlace, coveredBy: readonly string[]): SplitAnswers {
  const { preparer, ruleId } = place;
  const { id: splitId, iterationId, sticky, source } = parts;
  const facts: EvaluationMetadata = { ...placeFacts(place), splitId, ...(iterationId !== undefined && { iterationId }) };
  const exposes = iterationId !== undefined || coveredBy.length > 0;
  const exposureOf = (variant: string): ExposureSource | undefined => {
    if (!exposes) return undefined;
    const where = { flagKey: preparer.flagKey, variant, ruleId, splitId, iterationId, sticky };
    return { ...where, holdout: undefined, coveredBy, contextKind: source.contextKind, attribute: source.attribute };
  };
  const serve = (variant: string, more: EvaluationMetadata): PreparedDetails =>
    preparer.serve(variant, 'SPLIT', { ...facts, ...more }, exposureOf(variant));
  const distinct = new Map([...new Set(parts.variants)].map((variant) => [variant, serve(variant, {})]));
  const weighty = parts.arms.given.flatMap((index) => parts.variants[index] ?? []);
  return {
    byRange: parts.variants.flatMap((variant) => distinct.get(variant) ?? []),
    assigned: new Map(parts.sticky ? weighty.map((variant) => [variant, serve(variant, { sticky: true })]) : []),
    otherwise:
      parts.otherwise === undefined
        ? undefined
        : preparer.serve(parts.otherwise, 'SPLIT', { ...placeFacts(place), splitId, enrolled: false }),
  };
}

/** Compiles a split: the steps (a) to (g) of the order of evaluation. Never throws. */
export function compileSplit(split: PlainObject, place: ServePlace): CompiledServe {
  const parts = readSplit(split);
  if (parts === undefined) return unusableServe(`split:${optionalText(split, 'id') ?? place.ruleId ?? 'default'}`);
  const gate = compileHoldoutGate(ownValue(split, 'holdouts'), parts.id, place);
  const answers = prepareAnswers(parts, place, []);
  const whole = wholeVariant(parts) === undefined ? undefined : answers.byRange[0];
  if (gate !== undefined) return { constant: undefined, decide: coveredSplit(parts, place, gate, answers) };
  if (whole !== undefined) return { constant: whole, decide: () => whole };
  if (parts.layer === undefined && parts.enrol === undefined && !parts.sticky) return plainSplit(parts, place, answers);
  return { constant: undefined, decide: (run) => chooseByUnit(run, parts, place, answers) };
}

/** The frequent case of arms alone. */
function plainSplit(parts: SplitParts, place: ServePlace, answers: SplitAnswers): CompiledServe {
  const { source, arms } = parts;
  const { byRange } = answers;
  return {
    constant: undefined,
    decide: (run) => {
      const unit = run.unit(source);
      if (unit.text === undefined || run.trace !== undefined) return chooseByUnit(run, parts, place, answers);
      return byRange[rangeOf(arms, unit)];
    },
  };
}

function coveredSplit(parts: SplitParts, place: ServePlace, gate: HoldoutGate, uncovered: SplitAnswers): CompiledServe['decide'] {
  const covered = prepareAnswers(parts, place, gate.coveredBy);
  const isWhole = wholeVariant(parts) !== undefined;
  return (run) => {
    const outcome = gate.pass(run);
    if (outcome.kind === 'held') return isWhole || takesPart(run, parts) ? outcome.details : outcome.unexposed;
    const answers = outcome.kind === 'free' ? covered : uncovered;
    return isWhole ? answers.byRange[0] : chooseByUnit(run, parts, place, answers);
  };
}

/**
 * Whether a unit would be exposed in the split if no holdout held it. What is measured of a holdout compares units that it holds
 * with units that it does not, so both have to be told by the same rule.
 */
function takesPart(run: EvaluationRun, { source, layer, enrol, arms }: SplitParts): boolean {
  const unit = run.unit(source);
  if (unit.text === undefined) return false;
  if (layer !== undefined && rangeOf(layer, unit) < 0) return false;
  return (enrol === undefined || rangeOf(enrol, unit) >= 0) && rangeOf(arms, unit) >= 0;
}

function chooseByUnit(
  run: EvaluationRun,
  parts: SplitParts,
  place: ServePlace,
  answers: SplitAnswers,
): PreparedDetails | undefined {
  const { source, layer, enrol, arms } = parts;
  const unit = run.unit(source);
  if (unit.text === undefined) {
    run.missingUnits.push(place.ruleId ?? 'default');
    run.trace?.push({
      kind: 'unit-missing',
      of: parts.id,
      contextKind: source.contextKind,
      attribute: source.attribute ?? 'key',
    });
    return undefined;
  }
  if (layer !== undefined && stage(run, 'layer', parts.layerKey, layer, unit) < 0) return answers.otherwise;
  const assigned = parts.sticky ? assignedDetails(run, parts, answers) : undefined;
  if (assigned !== undefined) return assigned;
  if (enrol !== undefined && stage(run, 'enrol', parts.id, enrol, unit) < 0) return answers.otherwise;
  return answers.byRange[stage(run, 'arms', parts.id, arms, unit)];
}

function stage(run: EvaluationRun, name: 'layer' | 'enrol' | 'arms', of: string, ranges: BucketRanges, unit: Unit): number {
  const index = rangeOf(ranges, unit);
  if (run.trace !== undefined)
    run.trace.push({
      kind: 'bucket',
      stage: name,
      of,
      bucket: bucketIn(ranges, unit),
      ranges: ranges.ranges,
      inside: index >= 0,
    });
  return index;
}

/** An earlier variant from the context, honoured under the same iteration and while it has weight. */
function assignedDetails(run: EvaluationRun, parts: SplitParts, answers: SplitAnswers): PreparedDetails | undefined {
  const assignments = ownValue(run.attributes, 'assignments');
  if (!isPlainObject(assignments)) return undefined;
  const assignment = ownValue(assignments, parts.id);
  if (!isPlainObject(assignment) || ownValue(assignment, 'iterationId') !== parts.iterationId) return undefined;
  const variant = ownValue(assignment, 'variant');
  return typeof variant === 'string' ? answers.assigned.get(variant) : undefined;
}
