// Whether a split is kept.
export type { ArmCount } from './sample-ratio/arm-count.ts';
export { sampleRatioTest, type SampleRatioOutcome } from './sample-ratio/chi-square-test.ts';
export { defaultConcentrations, sampleRatioEvidence, type SampleRatioEvidence } from './sample-ratio/evidence.ts';

// Sufficient statistics.
export {
  combineMoments,
  emptyMoments,
  momentsFromPopulationVariance,
  momentsOf,
  momentsOfConversions,
  removeMoments,
  sampleVariance,
  type Moments,
} from './moments/moments.ts';

export {
  combineCrossMoments,
  crossMomentsFromCovariances,
  crossMomentsOf,
  emptyCrossMoments,
  removeCrossMoments,
  type CrossMoments,
} from './moments/cross-moments.ts';

// Estimates: any smooth function of means, adjusted by what was known before, over periods.
export {
  adjustedEstimates,
  type AdjustedEstimates,
  type AdjustedOutcome,
  type Stratum,
} from './adjustment/adjusted-estimates.ts';
export { compareEstimates } from './estimate/compare-estimates.ts';
export { estimateOf, type Estimate, type EstimateOutcome, type EstimateRefusal } from './estimate/estimate.ts';
export { meanStatistic, ratioStatistic, type Statistic } from './estimate/statistic.ts';
export { combinePeriods, periodWeight, type Period } from './periods/combine-periods.ts';
export { mayRaisePlan, planShare, type ArmUnits } from './periods/plan-share.ts';

// Everything about one arm at one look.
export { compareArms, type ArmAnswer, type ArmOutcome, type ArmQuestion } from './comparison/compare-arms.ts';

// Looking more than once.
export { sequenceCriticalValue, sequencePValue, type SequenceQuestion } from './sequential/confidence-sequence.ts';
export {
  judgeLook,
  signedScore,
  type JudgedLook,
  type LookComparison,
  type LookOutcome,
  type LookRule,
} from './sequential/look.ts';
export { endDateCriticalValue, endDatePValue, lookPValue, obrienFlemingBoundary } from './sequential/obrien-fleming.ts';
export { crossedOrBeyond, supremumSurvival } from './sequential/supremum.ts';
export {
  hasParted,
  noLooks,
  recordLook,
  type RecordedLook,
  type SequentialState,
  type StoredVerdict,
} from './sequential/verdict.ts';

// Few units: shuffled labels.
export { seededRandom, type SeededRandom } from './random/seeded-random.ts';
export { compareShuffled } from './comparison/compare-shuffled.ts';
export type { UnitPeriod } from './randomisation/permuted-periods.ts';
export { shuffleLabels, type ShuffledLabels, type ShuffledOutcome } from './randomisation/shuffle-labels.ts';

// Whether the data can be trusted, and whether somebody is harmed.
export {
  conversionHarm,
  harmLevel,
  meanHarm,
  type ConversionHarm,
  type ConvertedUnits,
  type MeanHarm,
} from './harm/harm-alarm.ts';
export { covariateImbalance, type ImbalanceOutcome } from './imbalance/covariate-imbalance.ts';
export {
  evidenceByValue,
  evidenceOfPeriods,
  mixedShare,
  type DimensionEvidence,
  type MixedShare,
  type MixedUnits,
} from './sample-ratio/evidence-of-periods.ts';

// Several comparisons, luck, margins.
export { benjaminiHochberg, falseCoverageAlpha } from './multiple/benjamini-hochberg.ts';
export { holm } from './multiple/holm.ts';
export { guardrailPower, nonInferiority, type NonInferiority } from './multiple/non-inferiority.ts';
export { simultaneous, type SimultaneousAnswer, type SimultaneousQuestion } from './multiple/simultaneous.ts';
export {
  deviationPosterior,
  knownDeviation,
  type DeviationPoint,
  type DeviationPosterior,
  type PastEffect,
} from './shrinkage/prior.ts';
export { shrink, type ShrunkenEffect } from './shrinkage/shrink.ts';

// Metrics of their own kind.
export { capEffect, freezeCap, type CapEffect, type CapState } from './caps/pooled-cap.ts';
export { funnel, retention, type Funnel, type FunnelStep } from './funnels/funnel.ts';
export { interactionOf, type InteractionCells, type InteractionOutcome } from './interactions/interaction.ts';
export { quantileEstimate, quantileOfSorted } from './quantiles/quantile-estimate.ts';
export {
  clusteredQuantileRanks,
  unitQuantileRanks,
  type QuantileQuestion,
  type QuantileRanks,
} from './quantiles/quantile-ranks.ts';
export { kaplanMeier, restrictedMean, type LifeBin, type SurvivalStep } from './survival/kaplan-meier.ts';

// Planning, and what to do.
export { atFullRollout, weeklyTraffic, type WeeklyEffect, type WeeklyTraffic } from './rollout/full-rollout.ts';
export { decide, type ArmFigures, type DecisionFigures } from './decision/decide.ts';
export type {
  ArmDecision,
  BrokenReason,
  Decision,
  EffectFigures,
  GuardrailFigures,
  Harm,
  RunState,
} from './decision/decision.ts';
export { dayText } from './decision/day-text.ts';
export { brokenReasons, type HealthFigures } from './decision/health-gate.ts';
export { armWords, wordsOf, type DecisionNames, type DecisionWords } from './decision/wording.ts';
export { daysLeft, type DaysLeft, type Forecast } from './planning/days-left.ts';
export { conditionalPower, currentMinimumEffect, sequentialUnits, type SequentialPlan } from './planning/sequential-plan.ts';

// Methods, one by one.
export { welch, type DifferenceRefusal, type WelchOutcome, type WelchResult } from './difference/welch.ts';
export type { Interval } from './interval.ts';
export {
  largestFiellerG,
  pointLift,
  relativeLift,
  type LiftOutcome,
  type LiftQuestion,
  type LiftRefusal,
  type MeanEstimate,
} from './lift/relative-lift.ts';
export type { Conversions } from './proportions/conversions.ts';
export { fisherExact, type FisherResult } from './proportions/fisher-exact.ts';
export { newcombeInterval } from './proportions/newcombe.ts';
export { wilsonInterval } from './proportions/wilson.ts';
export {
  bernoulliVariance,
  minimumDetectableDifference,
  requiredUnits,
  type FixedPlan,
  type RequiredUnits,
} from './sample-size/fixed-horizon.ts';

// Special functions.
export { DomainError, type DomainErrorCode, type RefusedArgument } from './domain-error.ts';
export { betaCdf, betaQuantile } from './special-functions/beta-distribution.ts';
export { chiSquareQuantile, chiSquareSurvival } from './special-functions/chi-square.ts';
export { incompleteBeta, type BetaPoint } from './special-functions/incomplete-beta.ts';
export { incompleteGamma } from './special-functions/incomplete-gamma.ts';
export { logGamma } from './special-functions/log-gamma.ts';
export { normalCdf, normalDensity, normalQuantile, normalSurvival } from './special-functions/normal.ts';
export { studentTCdf, studentTQuantile, studentTSurvival } from './special-functions/student-t.ts';
export type { Tails } from './special-functions/tails.ts';

// Limits and defaults.
export {
  brokenLogEvidence,
  capFromUnits,
  defaultCapLevel,
  defaultDeviationPrior,
  defaultFalseDiscoveryRate,
  defaultPermutations,
  defaultTuningUnits,
  fewConversionsBelow,
  firstWeekDays,
  forecastDays,
  harmAlpha,
  harmConcentration,
  highestBar,
  imbalanceAlpha,
  interactionRate,
  largestDenominatorShare,
  leastDenominatorErrors,
  leastStratumUnits,
  longestForecastDays,
  mixedShareAbove,
  planIsFixedFrom,
  plannedDrift,
  randomisationBelowUnits,
  randomisationFrom,
  sequenceBegins,
  sequentialInflation,
  unitsAfterPlan,
  unitsBeyondPerSquaredCritical,
  unitsPerSquaredSkewness,
  unlikelyBelow,
} from './limits.ts';
