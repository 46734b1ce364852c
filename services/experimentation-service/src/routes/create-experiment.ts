import { insertExperiment } from '@stitchd/db/experiment';
import { doOnce } from '@stitchd/db/platform';
import {
  CreateExperimentRequestSchema,
  ExperimentSchema,
  type CreateExperimentRequest,
  type Experiment,
} from '@stitchd/proto/experiment/v1/experiment';
import {
  problem,
  repeatableRequest,
  repeatableResponse,
  storedResponse,
  environmentScope,
  currentAuthor,
} from '@stitchd/service-kit';
import type { ExperimentationContext } from '../context.ts';
import { checkFlag, checkMetricsOf } from '../draft/check-flag.ts';
import { readDraft } from '../draft/read-draft.ts';
import { experimentMessage } from '../experiment-message.ts';
import { recordExperimentChange } from '../record-experiment-change.ts';

export async function createExperiment(ctx: ExperimentationContext, request: CreateExperimentRequest): Promise<Experiment> {
  const { organisationId, projectId, environmentId } = environmentScope();
  const draft = readDraft(request);
  const [{ arms, unitKind, enrolmentMilliPercent }] = await Promise.all([
    checkFlag(ctx, draft),
    checkMetricsOf(ctx, request.metrics),
  ]);
  const author = currentAuthor();
  const repeatable = repeatableRequest('CreateExperiment', CreateExperimentRequestSchema, request);
  const outcome = await ctx.database.inTenant(organisationId, (tx) =>
    doOnce(tx, repeatable, storedResponse(ExperimentSchema), async () => {
      const row = await insertExperiment(tx, {
        id: ctx.newId(),
        organisation_id: organisationId,
        project_id: projectId,
        environment_id: environmentId,
        key: draft.key,
        name: draft.name,
        hypothesis: draft.hypothesis,
        flag_key: draft.flagKey,
        rule_id: draft.ruleId,
        assignment: draft.assignment,
        baseline_variant: draft.baselineVariant,
        arms,
        kind: draft.kind,
        owner: draft.owner || author.actor.id,
        metrics: draft.metrics,
        enrolment_milli_percent: enrolmentMilliPercent,
        wanted_enrolment_milli_percent: draft.enrolmentMilliPercent ?? null,
        plan: draft.plan,
        analysis: draft.analysis,
        unit_kind: unitKind,
        alpha: draft.alpha,
        period_from: draft.periodFrom ?? null,
        period_to: draft.periodTo ?? null,
      });
      if (row === undefined)
        throw problem('ALREADY_EXISTS', `There is an experiment "${draft.key}" in this environment already.`);
      await recordExperimentChange(tx, ctx.newId, author, { action: 'experiment.create', after: row });
      return experimentMessage(row);
    }),
  );
  return repeatableResponse(ExperimentSchema, outcome);
}
