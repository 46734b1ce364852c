import { flagsByKey, updateFlag, type FlagRow } from '@stitchd/db/flag';
import { referrersOf, type Referent } from '@stitchd/db/platform';
import type { Tx } from '@stitchd/db/postgres';
import { problem, requireVersion, projectScope } from '@stitchd/service-kit';
import type { ArchiveFlagRequest, Flag, RestoreFlagRequest } from '@stitchd/proto/flag/v1/flag';
import type { FlagContext } from '../context.ts';
import { lockProject, publishEverywhere, readFlagEverywhere, type FlagEverywhere } from '../flags/change-project-flag.ts';
import { describeFlag } from '../flags/describe-flag.ts';
import { findFlagOrRefuse } from '../flags/find-flag-or-refuse.ts';
import { flagState } from '../flags/flag-message.ts';
import { changeInCall } from '../change-in-call.ts';

/** Applications then get their own default. Refused while an experiment runs on it or something else requires it. */
export async function archiveFlag(context: FlagContext, request: ArchiveFlagRequest): Promise<Flag> {
  return setArchived(context, request, true);
}

export async function restoreFlag(context: FlagContext, request: RestoreFlagRequest): Promise<Flag> {
  return setArchived(context, request, false);
}

async function setArchived(
  context: FlagContext,
  request: ArchiveFlagRequest | RestoreFlagRequest,
  archived: boolean,
): Promise<Flag> {
  const scope = projectScope();
  return context.database.inTenant(scope.organisationId, async (tx) => {
    const environmentIds = await lockProject(tx, scope);
    const before = await findFlagOrRefuse(tx, scope.projectId, request.key, { lock: true });
    requireVersion(request.ifVersion, before, flagState(before));
    if (before.archived === archived) return describeFlag(tx, scope, before);
    const everywhere = await readFlagEverywhere(tx, before.id, environmentIds);
    if (archived) await refuseUsed(tx, before, everywhere);
    const flag = await updateFlag(tx, before.id, { archived });
    const change = changeInCall(scope, {
      action: archived ? 'flag.archive' : 'flag.restore',
      resource: { kind: 'flag', id: flag.id, key: flag.key },
      before: flagState(before),
      after: flagState(flag),
    });
    await publishEverywhere(tx, context.newId, flag, everywhere, change);
    return describeFlag(tx, scope, flag);
  });
}

async function refuseUsed(tx: Tx, flag: FlagRow, { environmentIds, running }: FlagEverywhere): Promise<void> {
  const errors = running.map((binding) => ({
    path: '',
    message: `an experiment runs on it in environment ${binding.environment_id}`,
  }));
  for (const environmentId of environmentIds) {
    const referrers = await referrersOf(tx, environmentId, { kind: 'flag', key: flag.key });
    const archived = await archivedAmong(tx, flag.project_id, referrers);
    for (const { kind, key } of referrers)
      if (kind !== 'flag' || !archived.has(key))
        errors.push({ path: '', message: `${kind} ${key} requires it in environment ${environmentId}` });
  }
  if (errors.length > 0) throw problem('IN_USE', errors.map(({ message }) => message).join('; '), { errors });
}

async function archivedAmong(tx: Tx, projectId: string, referrers: readonly Referent[]): Promise<ReadonlySet<string>> {
  const keys = referrers.filter(({ kind }) => kind === 'flag').map(({ key }) => key);
  const flags = await flagsByKey(tx, projectId, keys);
  return new Set(flags.filter(({ archived }) => archived).map(({ key }) => key));
}
