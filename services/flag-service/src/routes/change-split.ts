import { reallocate, weightsOf, type Split, type Weights } from '@stitchd/core';
import { findFlagById, insertBindingEvent, type BindingEvent } from '@stitchd/db/flag';
import { lockEnvironments } from '@stitchd/db/platform';
import type { ChangeSplitRequest, SplitHistory } from '@stitchd/proto/flag/v1/flag';
import { problem } from '@stitchd/service-kit';
import { enrolled, enrolmentOf, replaceSplit } from '../configuration/change-placement.ts';
import { publishChange, readFlagInEnvironment, writeConfiguration } from '../configuration/flag-in-environment.ts';
import { placedSplits } from '../configuration/placed-splits.ts';
import type { FlagContext } from '../context.ts';
import { inEnvironment } from './in-environment.ts';
import { requireBinding, splitHistory } from './split-history.ts';

/**
 * The only changes of a split under a running iteration, as its experiment asks for them: other weights, which move as few
 * units as possible, and a larger enrolment, which moves none of those that take part.
 */
export async function changeSplit(context: FlagContext, request: ChangeSplitRequest): Promise<SplitHistory> {
  return inEnvironment(context, async (tx, scope) => {
    await lockEnvironments(tx, [scope.environmentId]);
    const binding = await requireBinding(tx, scope, request.iterationId);
    if (binding.unbound_at !== null || binding.recorded)
      throw problem('INVALID_STATE', 'Only the split of an iteration that runs can be changed.');
    const flag = await findFlagById(tx, binding.flag_id);
    const before = await readFlagInEnvironment(tx, scope, flag.key);
    const { enabled, document } = before.configuration;
    const { split } = placedSplits(document).find((placed) => placed.split.id === binding.split_id) ?? {};
    if (split === undefined) throw new Error(`split ${binding.split_id} is bound and gone, though it is protected`);
    const { changed, events } = change(split, request, context.newSalt);
    if (events.length === 0) return splitHistory(tx, binding.iteration_id);
    const next = { enabled, document: replaceSplit(document, split.id, () => ({ split: changed })) };
    await writeConfiguration(tx, scope, before, next, binding.iteration_id);
    for (const event of events) await insertBindingEvent(tx, binding, event);
    await publishChange(tx, context.newId, scope, before, 'flag.change-split');
    return splitHistory(tx, binding.iteration_id);
  });
}

function change(
  split: Split,
  { shares, enrolmentMilliPercent }: ChangeSplitRequest,
  newSalt: () => string,
): { readonly changed: Split; readonly events: readonly BindingEvent[] } {
  const events: BindingEvent[] = [];
  let changed = split;
  if (shares.length > 0) {
    const weights = Object.fromEntries(shares.map(({ variant, weightMilliPercent }) => [variant, weightMilliPercent]));
    refuseOtherArms(weightsOf(split.ranges), weights);
    const ranges = reallocate(split.ranges, weights);
    if (JSON.stringify(ranges) !== JSON.stringify(split.ranges))
      events.push({
        kind: 'weights',
        shares: Object.entries(weights).map(([variant, weight]) => ({ variant, weightMilliPercent: weight })),
      });
    changed = { ...changed, ranges };
  }
  if (enrolmentMilliPercent !== undefined && enrolmentMilliPercent !== enrolmentOf(split)) {
    if (enrolmentMilliPercent < enrolmentOf(split))
      throw problem('INVALID_STATE', 'The enrolment of a running experiment can only be raised: whoever takes part stays.');
    // It is below the whole, so that there is an enrolment which says what the others get.
    changed = enrolled(changed, enrolmentMilliPercent, { otherwise: split.enrol?.otherwise ?? '', newSalt });
    events.push({ kind: 'enrolment', milliPercent: enrolmentMilliPercent });
  }
  return { changed, events };
}

/** Arms neither come nor go while they are compared. */
function refuseOtherArms(before: Weights, after: Weights): void {
  const sum = Object.values(after).reduce((total, weight) => total + weight, 0);
  const same = Object.keys(before).toSorted().join('\n') === Object.keys(after).toSorted().join('\n');
  if (!same || sum !== 100_000 || Object.values(after).some((weight) => !Number.isInteger(weight) || weight <= 0))
    throw problem(
      'VALIDATION_FAILED',
      `arms: must give each of ${Object.keys(before).join(', ')} a share, 100,000 thousandths of a percent together.`,
      { errors: [{ path: 'arms', message: 'must be the same variants, each with a share, 100,000 together' }] },
    );
}
