import { timestampDate, type Timestamp } from '@bufbuild/protobuf/wkt';
import { isKey } from '@stitchd/core';
import {
  assignments,
  experimentKinds,
  type Assignment,
  type ExperimentKind,
  type StoredAnalysis,
  type StoredArm,
  type StoredMetric,
  type StoredPlan,
} from '@stitchd/db/experiment';
import type { CreateExperimentRequest } from '@stitchd/proto/experiment/v1/experiment';
import { experimentLimits, wholeShare } from '../limits.ts';
import { checkArms, checkBaseline } from './check-arms.ts';
import { createFieldErrors, type FieldErrors } from './field-errors.ts';
import { checkHarmAnswer, readAnalysis } from './read-analysis.ts';
import { readMetrics } from './read-metrics.ts';
import { readPlan } from './read-plan.ts';

/** What a client asks for, as far as it can be judged without asking the others. */
export interface Draft {
  readonly key: string;
  readonly name: string;
  readonly hypothesis: string;
  readonly kind: ExperimentKind;
  /** Empty: whoever asks. */
  readonly owner: string;
  readonly flagKey: string;
  readonly ruleId: string;
  readonly assignment: Assignment;
  readonly baselineVariant: string;
  /** Empty where a split will tell. */
  readonly arms: readonly StoredArm[];
  readonly metrics: readonly StoredMetric[];
  /** What the start gives the split; undefined: it keeps what it has. */
  readonly enrolmentMilliPercent: number | undefined;
  readonly plan: StoredPlan;
  readonly analysis: StoredAnalysis;
  /** Empty: not said. */
  readonly unitKind: string;
  readonly alpha: number;
  readonly periodFrom: Date | undefined;
  readonly periodTo: Date | undefined;
}

/** @throws VALIDATION_FAILED with everything that is wrong */
export function readDraft(request: CreateExperimentRequest): Draft {
  const errors = createFieldErrors();
  const assignment = assignments.find((known) => known === (request.assignment || 'split'));
  errors.check(assignment !== undefined, 'assignment', `must be one of ${assignments.join(', ')}`);
  const kind = experimentKinds.find((known) => known === (request.kind || 'experiment'));
  errors.check(kind !== undefined, 'kind', `must be one of ${experimentKinds.join(', ')}`);
  const draft: Draft = {
    key: request.key,
    name: request.name.trim() || request.key,
    hypothesis: request.hypothesis,
    kind: kind ?? 'experiment',
    owner: request.owner,
    flagKey: request.flagKey,
    ruleId: request.ruleId,
    assignment: assignment ?? 'split',
    baselineVariant: request.baselineVariant,
    arms: request.arms.map(({ variant, expectedMilliPercent }) => ({ variant, expectedMilliPercent })),
    metrics: readMetrics(request.metrics, kind ?? 'experiment', errors),
    enrolmentMilliPercent: request.enrolmentMilliPercent,
    plan: readPlan(request.plan, errors),
    analysis: readAnalysis(request.analysis, errors),
    unitKind: request.unitKind,
    alpha: request.alpha === 0 ? experimentLimits.alpha.default : request.alpha,
    periodFrom: readTime(request.periodFrom, 'periodFrom', errors),
    periodTo: readTime(request.periodTo, 'periodTo', errors),
  };
  errors.check(isKey(draft.key), 'key', 'must be 1 to 100 lower-case letters, digits and -_. and begin with a letter or digit');
  errors.check(isKey(draft.flagKey), 'flagKey', 'must be the key of a flag');
  errors.check(draft.ruleId.length <= experimentLimits.ruleIdLength, 'ruleId', 'is not the id of a rule');
  errors.check(draft.unitKind.length <= experimentLimits.unitKindLength, 'unitKind', 'is too long for a kind of context');
  checkAlpha(draft.alpha, errors);
  checkEnrolment(draft.enrolmentMilliPercent, errors);
  checkTexts(draft, errors);
  checkHarmAnswer(draft.analysis, draft.assignment, errors);
  if (draft.assignment === 'recorded') checkRecorded(draft, errors);
  else checkSplitAssigned(draft, errors);
  errors.refuse();
  return draft;
}

interface Texts {
  readonly name: string;
  readonly hypothesis: string;
  readonly owner: string;
}

export function checkTexts(texts: Texts, errors: FieldErrors): void {
  const { nameLength, hypothesisLength, ownerLength } = experimentLimits;
  errors.check(texts.name.length <= nameLength, 'name', `must have at most ${nameLength} characters`);
  errors.check(texts.hypothesis.length <= hypothesisLength, 'hypothesis', `must have at most ${hypothesisLength} characters`);
  errors.check(texts.owner.length <= ownerLength, 'owner', 'is not the id of a user');
}

export function checkAlpha(alpha: number, errors: FieldErrors): void {
  const { low, high } = experimentLimits.alpha;
  errors.check(alpha > low && alpha < high, 'alpha', `must lie between ${low} and ${high}`);
}

export function checkEnrolment(milliPercent: number | undefined, errors: FieldErrors, path = 'enrolmentMilliPercent'): void {
  const usable =
    milliPercent === undefined || (Number.isInteger(milliPercent) && milliPercent >= 1 && milliPercent <= wholeShare);
  errors.check(usable, path, `must be a whole number from 1 to ${wholeShare}, in thousandths of a percent`);
}

function checkRecorded(draft: Draft, errors: FieldErrors): void {
  errors.check(draft.ruleId === '', 'ruleId', 'has no meaning where arms are assigned elsewhere');
  errors.check(
    draft.enrolmentMilliPercent === undefined,
    'enrolmentMilliPercent',
    'has no meaning where arms are assigned elsewhere',
  );
  checkArms(draft.arms, errors);
  checkBaseline(draft.arms, draft.baselineVariant, errors);
  if (draft.periodFrom !== undefined && draft.periodTo !== undefined)
    errors.check(draft.periodFrom < draft.periodTo, 'periodTo', 'must lie after periodFrom');
}

function checkSplitAssigned(draft: Draft, errors: FieldErrors): void {
  errors.check(draft.arms.length === 0, 'arms', 'are taken from the split; give them for recorded assignment only');
  const isWhole = draft.periodFrom === undefined && draft.periodTo === undefined;
  errors.check(isWhole, 'periodFrom', 'and periodTo are for recorded assignment only: a split is measured from start to stop');
}

function readTime(time: Timestamp | undefined, path: string, errors: FieldErrors): Date | undefined {
  if (time === undefined) return undefined;
  const date = timestampDate(time);
  const { fromMs, toMs } = experimentLimits.period;
  const usable = date.getTime() >= fromMs && date.getTime() <= toMs;
  return errors.check(usable, path, 'must be a time from 2000 to 2100') ? date : undefined;
}
