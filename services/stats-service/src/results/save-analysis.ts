import type { JsonValue } from '@stitchd/core';
import { recordChange } from '@stitchd/db/platform';
import type { Tx } from '@stitchd/db/postgres';
import {
  insertLooks,
  raiseAlarm,
  recordDecision,
  saveFinishedEffects,
  saveIterationState,
  saveSequentialStates,
  thinLooks,
  type IterationScope,
} from '@stitchd/db/stats';
import type { Alarm } from '../analysis/alarms.ts';
import { awaitsLastResults } from '../analysis/awaits-last-results.ts';
import type { Analysis } from '../analysis/analyse.ts';
import { lookKey, type AnalysisInputs } from '../analysis/analysis-inputs.ts';
import { statsLimits } from '../limits.ts';
import { seriesPoints } from './series-points.ts';

/** Whose result this is, and who says so. */
export interface SavedBy {
  readonly scope: IterationScope;
  readonly projectId: string;
  readonly requestId: string;
  readonly newId: () => string;
}

/**
 * Keeps what the next look has to know, in the transaction of the result itself: a state of looks without its result, or the other way
 * round, would call what nobody saw.
 *
 * @returns the alarms that nobody was told of before
 */
export async function saveAnalysis(
  tx: Tx,
  by: SavedBy,
  { analysis, inputs }: { readonly analysis: Analysis; readonly inputs: AnalysisInputs },
): Promise<readonly Alarm[]> {
  const { scope } = by;
  const { results } = analysis;
  const at = new Date(results.computedAt);
  await saveSequentialStates(tx, scope, statesToSave(analysis));
  await saveIterationState(tx, scope, {
    evidence: analysis.evidence as unknown as JsonValue,
    details: analysis.details as unknown as JsonValue,
    inputs: boundedInputs(inputs),
  });
  const points = seriesPoints(results).map(({ metricKey, point }) => ({ metricKey, point: point as unknown as JsonValue }));
  await insertLooks(tx, scope, at, points);
  await thinLooks(tx, scope.iterationId, statsLimits.looks);
  if (!isPreliminary(analysis, inputs)) await keepDecision(tx, by, results);
  if (!inputs.settings.isRunning && results.kind === 'experiment' && results.decision.code !== 'broken')
    await saveFinishedEffects(
      tx,
      { organisationId: scope.organisationId, iteration: results.iteration, finishedAt: at },
      analysis.effects.map((effect) => ({ ...effect, experimentId: scope.experimentId })),
    );
  return tellAlarms(tx, by, analysis);
}

function statesToSave({ states, results }: Analysis) {
  return results.metrics.flatMap((metric) =>
    metric.kind === 'failed'
      ? []
      : metric.comparisons.flatMap(({ variant }) => {
          const state = states[lookKey(metric.key, variant)];
          if (state === undefined) return [];
          const { runningPValue, verdict, closed } = state;
          return [{ metricKey: metric.key, variant, runningPValue, verdict, closed }];
        }),
  );
}

/** Too many cells are not kept: then the bundle says so, and results can only be computed from the event store. */
function boundedInputs(inputs: AnalysisInputs): JsonValue {
  const bytes = Buffer.byteLength(JSON.stringify(inputs));
  return bytes > statsLimits.inputBytes ? { tooLarge: bytes } : (inputs as unknown as JsonValue);
}

/** That nothing can be said is the last word: until then late data counts, and nobody is told. */
function isPreliminary({ results }: Analysis, { settings }: AnalysisInputs): boolean {
  return results.decision.code === 'undecided' && awaitsLastResults(settings);
}

async function keepDecision(tx: Tx, by: SavedBy, results: Analysis['results']): Promise<void> {
  const { code, variant, headline, detail } = results.decision;
  const decision = { iteration: results.iteration, at: new Date(results.computedAt), code, variant, headline, detail };
  const isAnother = await recordDecision(tx, by.scope, decision, statsLimits.decisions);
  if (isAnother && toldDecisions.has(code)) await tellDecision(tx, by, results);
}

/** What somebody can act on. That it is too early is no news, and what is broken or does harm is an alarm. */
const toldDecisions: ReadonlySet<string> = new Set([
  'ship',
  'ship-with-care',
  'trade-off',
  'worse',
  'no-meaningful-difference',
  'unlikely-to-succeed',
  'undecided',
]);

function tellDecision(tx: Tx, by: SavedBy, { iteration, experimentKey, decision }: Analysis['results']): Promise<void> {
  const { code, variant, headline, detail } = decision;
  return tell(tx, by, experimentKey, {
    action: 'experiment.decided',
    after: { iteration, code, variant, headline, detail: [...detail] },
  });
}

/** One entry of the audit log and one of the outbox for each reason, however often it is found. */
async function tellAlarms(tx: Tx, by: SavedBy, { alarms, results }: Analysis): Promise<readonly Alarm[]> {
  const { scope } = by;
  const told: Alarm[] = [];
  for (const alarm of alarms) {
    if (!(await raiseAlarm(tx, scope, alarm.reason, new Date(results.computedAt)))) continue;
    told.push(alarm);
    await tell(tx, by, results.experimentKey, {
      action: `experiment.alarm.${alarm.kind}`,
      after: { iteration: results.iteration, reason: alarm.reason, title: alarm.title, text: [...alarm.text] },
    });
  }
  return told;
}

function tell(
  tx: Tx,
  { scope, projectId, requestId, newId }: SavedBy,
  key: string,
  what: { readonly action: string; readonly after: JsonValue },
): Promise<void> {
  return recordChange(tx, newId, {
    organisationId: scope.organisationId,
    projectId,
    environmentId: scope.environmentId,
    actor: { kind: 'service', id: 'stats-service', name: 'stats-service' },
    requestId,
    resource: { kind: 'experiment', id: scope.experimentId, key },
    ...what,
  });
}
