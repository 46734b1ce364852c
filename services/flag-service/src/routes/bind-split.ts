import { create, type JsonObject } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { isUuid, weightsOf, type Split } from '@stitchd/core';
import { findBinding, insertBinding, type BindingRow } from '@stitchd/db/flag';
import { publishedKeys } from '@stitchd/db/platform';
import { problem, type EnvironmentScope } from '@stitchd/service-kit';
import { BoundSplitSchema, type BindSplitRequest, type BoundSplit } from '@stitchd/proto/flag/v1/flag';
import {
  lockFlagInEnvironment,
  publishChange,
  writeConfiguration,
  type FlagInEnvironment,
} from '../configuration/flag-in-environment.ts';
import { placedSplits } from '../configuration/placed-splits.ts';
import { underExperiment } from '../configuration/under-experiment.ts';
import type { FlagContext } from '../context.ts';
import { inEnvironment } from './in-environment.ts';

/** Lets an iteration run on a split, which is protected from then on. Repeating it answers the same. */
export async function bindSplit(context: FlagContext, request: BindSplitRequest): Promise<BoundSplit> {
  if (!isUuid(request.iterationId)) throw problem('VALIDATION_FAILED', 'iteration_id must be a UUID.');
  return inEnvironment(context, async (tx, scope) => {
    const before = await lockFlagInEnvironment(tx, scope, request.flagKey);
    const known = await findBinding(tx, request.iterationId);
    if (known !== undefined) {
      refuseOtherBinding(known, before, scope, request);
      return boundSplit(before, known);
    }
    const { flag } = before;
    if (flag.archived) throw problem('INVALID_STATE', `The flag ${flag.key} is archived.`);
    const split = request.recorded ? undefined : findSplit(before, request.ruleId);
    refuseRunning(before, split);
    if (split !== undefined) refuseUnfit(split, request);
    // The stamp shows in the configuration: who read it before must read it again.
    if (split !== undefined) {
      const { enabled, document } = before.configuration;
      const holdouts = await publishedKeys(tx, scope.environmentId, 'holdout');
      const surroundings = { asked: request, holdouts, newSalt: context.newSalt };
      await writeConfiguration(
        tx,
        scope,
        before,
        { enabled, document: underExperiment(document, split.id, surroundings) },
        request.iterationId,
      );
    }
    const binding = await insertBinding(tx, {
      iteration_id: request.iterationId,
      organisation_id: scope.organisationId,
      flag_id: flag.id,
      environment_id: scope.environmentId,
      recorded: request.recorded,
      rule_id: request.recorded ? '' : request.ruleId,
      split_id: split?.id ?? '',
      context_kind: request.recorded ? request.contextKind || 'user' : '',
    });
    const after = await publishChange(tx, context.newId, scope, before, 'flag.bind-iteration');
    return boundSplit(after, binding);
  });
}

function findSplit({ flag, configuration }: FlagInEnvironment, ruleId: string): Split {
  const found = placedSplits(configuration.document).find((placed) => placed.ruleId === ruleId);
  if (found !== undefined) return found.split;
  const where = ruleId === '' ? 'The default serve' : `The rule ${ruleId}`;
  const exists = ruleId === '' || configuration.document.rules.some(({ id }) => id === ruleId);
  if (!exists) throw problem('NOT_FOUND', `The flag ${flag.key} has no rule ${ruleId} here.`);
  throw problem('INVALID_STATE', `${where} of ${flag.key} serves one variant; an experiment needs a split.`);
}

/** One iteration a split; where arms are assigned elsewhere, one iteration a flag. */
function refuseRunning({ flag, running }: FlagInEnvironment, split: Split | undefined): void {
  const other = running.find((binding) => split === undefined || binding.recorded || binding.split_id === split.id);
  if (other !== undefined) throw problem('CONFLICT', `The iteration ${other.iteration_id} runs on ${flag.key} there already.`);
}

/** The split may have changed since the experiment was drafted. Asked before anything of it is written. */
function refuseUnfit(split: Split, { layer, baselineVariant }: BindSplitRequest): void {
  if (split.attribute !== undefined)
    throw problem('INVALID_STATE', `The split is drawn by the attribute ${split.attribute}, which exposures do not carry.`);
  if (!split.ranges.some(({ variant }) => variant === baselineVariant)) {
    const message = `"${baselineVariant}" is not an arm with a share`;
    const errors = [{ path: 'baselineVariant', message }];
    throw problem('VALIDATION_FAILED', `baselineVariant: ${message}`, { errors });
  }
  // A layer keeps experiments apart by its unit: a split drawn by another would overlap with the others all the same.
  if (layer !== undefined && split.contextKind !== layer.unitKind)
    throw problem('INVALID_STATE', `The split is not drawn by ${layer.unitKind}, by which the layer ${layer.key} places units.`);
}

function refuseOtherBinding(
  binding: BindingRow,
  { flag }: FlagInEnvironment,
  scope: EnvironmentScope,
  request: BindSplitRequest,
): void {
  if (binding.unbound_at !== null) throw problem('INVALID_STATE', 'This iteration has ended; a new one has a new id.');
  const same =
    binding.flag_id === flag.id &&
    binding.environment_id === scope.environmentId &&
    binding.recorded === request.recorded &&
    (binding.recorded || binding.rule_id === request.ruleId);
  if (!same) throw problem('CONFLICT', 'This iteration runs elsewhere already.');
}

function boundSplit({ flag, configuration }: FlagInEnvironment, binding: BindingRow): BoundSplit {
  const boundAt = timestampFromDate(binding.bound_at);
  if (binding.recorded) return create(BoundSplitSchema, { contextKind: binding.context_kind, boundAt });
  const { split } = placedSplits(configuration.document).find((placed) => placed.split.id === binding.split_id) ?? {};
  if (split === undefined) throw new Error(`split ${binding.split_id} is bound and gone, though it is protected`);
  const weights = weightsOf(split.ranges);
  return create(BoundSplitSchema, {
    splitId: split.id,
    contextKind: split.contextKind,
    salt: split.salt,
    shares: flag.variants.flatMap(({ key }) => {
      const weight = weights[key] ?? 0;
      return weight === 0 ? [] : [{ variant: key, weightMilliPercent: weight }];
    }),
    boundAt,
    split: split as unknown as JsonObject,
  });
}
