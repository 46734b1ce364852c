import { updateExperiment as updateRow, type ExperimentChange, type ExperimentRow } from '@stitchd/db/experiment';
import type { Experiment, UpdateExperimentRequest } from '@stitchd/proto/experiment/v1/experiment';
import { requireVersion, environmentScope, currentAuthor } from '@stitchd/service-kit';
import type { ExperimentationContext } from '../context.ts';
import { checkBaseline } from '../draft/check-arms.ts';
import { checkMetricsOf } from '../draft/check-flag.ts';
import { createFieldErrors } from '../draft/field-errors.ts';
import { checkHarmAnswer, readAnalysis } from '../draft/read-analysis.ts';
import { checkAlpha, checkEnrolment, checkTexts } from '../draft/read-draft.ts';
import { readMetrics } from '../draft/read-metrics.ts';
import { readPlan } from '../draft/read-plan.ts';
import { experimentJson, experimentMessage } from '../experiment-message.ts';
import { changeSettings } from '../iterations/change-settings.ts';
import { recordExperimentChange } from '../record-experiment-change.ts';
import { requireExperiment } from './get-experiment.ts';
import { refuseDecisive } from './refuse-decisive.ts';

/** What decides the results may change before a start only; the rest at any time, and the iteration names what differs since. */
export async function updateExperiment(ctx: ExperimentationContext, request: UpdateExperimentRequest): Promise<Experiment> {
  const { organisationId, environmentId } = environmentScope();
  if (request.metrics !== undefined) await checkMetricsOf(ctx, request.metrics.items);
  return ctx.database.inTenant(organisationId, async (tx) => {
    const before = await requireExperiment(tx, environmentId, request.key, { lock: true });
    requireVersion(request.ifVersion, before, experimentJson(before));
    const change = readChange(before, request);
    const measures = before.state === 'running' || before.state === 'paused';
    if (!['draft', 'stopped'].includes(before.state)) refuseDecisive(before, change);
    const changed = measures ? await measureBy(tx, before, change) : undefined;
    const after = await updateRow(tx, before.id, { ...change, ...changed });
    await recordExperimentChange(tx, ctx.newId, currentAuthor(), { action: 'experiment.update', before, after });
    return experimentMessage(after);
  });
}

type Change = ReturnType<typeof readChange>;

function readChange(before: ExperimentRow, request: UpdateExperimentRequest) {
  const errors = createFieldErrors();
  const enrolment = request.enrolmentMilliPercent;
  const change = {
    name: request.name?.trim() || before.name,
    hypothesis: request.hypothesis ?? before.hypothesis,
    owner: request.owner ?? before.owner,
    metrics: request.metrics === undefined ? before.metrics : readMetrics(request.metrics.items, before.kind, errors),
    baseline_variant: request.baselineVariant ?? before.baseline_variant,
    alpha: request.alpha ?? before.alpha,
    plan: request.plan === undefined ? before.plan : readPlan(request.plan, errors),
    analysis: readAnalysis(request.analysis, errors, before.analysis, request),
    wanted_enrolment_milli_percent: enrolment ?? before.wanted_enrolment_milli_percent,
  } satisfies ExperimentChange;
  checkTexts(change, errors);
  checkHarmAnswer(change.analysis, before.assignment, errors);
  checkAlpha(change.alpha, errors);
  checkBaseline(before.arms, change.baseline_variant, errors);
  checkEnrolment(enrolment, errors);
  errors.check(
    enrolment === undefined || before.assignment === 'split',
    'enrolmentMilliPercent',
    'has no meaning where arms are assigned elsewhere',
  );
  errors.refuse();
  return change;
}

function measureBy(tx: Parameters<typeof changeSettings>[0], before: ExperimentRow, change: Change) {
  const { hypothesis, plan, analysis } = change;
  return changeSettings(tx, before, (settings) => ({
    ...settings,
    hypothesis,
    plan,
    analysis,
    metrics: settings.metrics.map((metric) => ({ ...metric, ...change.metrics.find(({ key }) => key === metric.key) })),
  }));
}
