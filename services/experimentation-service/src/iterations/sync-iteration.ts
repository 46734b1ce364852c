import { isDeepStrictEqual } from 'node:util';
import { timestampDate } from '@bufbuild/protobuf/wkt';
import {
  findIteration,
  readPeriods,
  replacePeriods,
  type ExperimentChange,
  type ExperimentRow,
  type StoredArm,
} from '@stitchd/db/experiment';
import type { Tx } from '@stitchd/db/postgres';
import type { SplitEvent, SplitHistory } from '@stitchd/proto/flag/v1/flag';
import { changeSettings } from './change-settings.ts';
import { movePeriods, type SplitMove } from './move-periods.ts';

/**
 * Brings an iteration to what flag-service says of its split: its history has the times that count. It may be told again and
 * again, so that what a process did not come to is made good by whoever looks next.
 * @returns what the experiment's row has to change; undefined: nothing
 */
export async function syncIteration(
  tx: Tx,
  experiment: ExperimentRow,
  history: SplitHistory,
): Promise<ExperimentChange | undefined> {
  const { iteration_id: iterationId } = experiment;
  const iteration = iterationId === null ? undefined : await findIteration(tx, iterationId);
  const moves = history.events.flatMap(moveOf);
  if (iteration === undefined || moves.length === 0) return undefined;
  const before = (await readPeriods(tx, [iteration.id])).get(iteration.id) ?? [];
  const after = movePeriods(before, moves);
  const last = after.at(-1);
  if (last === undefined || isDeepStrictEqual(before, after)) return undefined;
  await replacePeriods(tx, { id: iteration.id, organisationId: experiment.organisation_id }, after);
  const changed = await changeSettings(tx, experiment, (settings) => ({ ...settings, arms: last.arms }));
  return { ...changed, arms: last.arms, enrolment_milli_percent: last.enrolmentMilliPercent };
}

function moveOf({ at, kind, shares, enrolmentMilliPercent }: SplitEvent): readonly SplitMove[] {
  if (at === undefined) return [];
  const time = timestampDate(at);
  if (kind === 'weights') return [{ kind, at: time, arms: shares.map(armOf) }];
  return kind === 'enrolment' ? [{ kind, at: time, milliPercent: enrolmentMilliPercent }] : [];
}

function armOf(share: SplitEvent['shares'][number]): StoredArm {
  return { variant: share.variant, expectedMilliPercent: share.weightMilliPercent };
}
