import { forgetSilentSpool, listSpools, type SpoolReplica } from '@stitchd/db/event';
import { createDatabase, type Tx } from '@stitchd/db/postgres';
import { erasureLimits } from '@stitchd/event-service';
import { prepareProcess } from '../prepare-process.ts';
import { findStores } from '../stores/open-stores.ts';
import { CommandError } from '../terminal/command-error.ts';

const { goneReplicaMs: silentMs } = erasureLimits;

/** `stitchd event-replicas`: which replicas of event-service may still hold items, by their last report. */
export async function listEventReplicas(options: { readonly json: boolean }): Promise<void> {
  const replicas = await inDatabase((tx) => listSpools(tx, silentMs));
  if (options.json) process.stdout.write(`${JSON.stringify({ replicas: replicas.map(facts) })}\n`);
  else process.stdout.write(replicas.length === 0 ? 'No replica keeps a spool.\n' : replicas.map(sentence).join(''));
}

/** `stitchd event-replicas forget`: nobody waits any longer for a replica that is gone for good. */
export async function forgetEventReplica(id: string, options: { readonly json: boolean }): Promise<void> {
  const replica = await inDatabase(async (tx) => {
    const found = (await listSpools(tx, silentMs)).find(({ replicaId }) => replicaId === id.toLowerCase());
    if (found === undefined)
      throw new CommandError(`there is no replica "${id}"; "stitchd event-replicas" lists those that there are`);
    // One that reports would be back within seconds, and what waits with it would not be waited for meanwhile.
    if (!(await forgetSilentSpool(tx, found.replicaId, silentMs)))
      throw new CommandError(`${id} reported at ${found.seenAt.toISOString()}, so it runs; one that is stopped can be forgotten`);
    return found;
  });
  process.stdout.write(options.json ? `${JSON.stringify({ forgotten: facts(replica) })}\n` : forgotten(replica));
}

async function inDatabase<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
  const prepared = prepareProcess(process.env);
  const { databaseUrl } = findStores(prepared.platform, prepared.directory);
  const database = createDatabase({ url: databaseUrl, applicationName: 'stitchd event-replicas' });
  try {
    return await database.beforeTenant(work);
  } finally {
    await database.close();
  }
}

function facts({ replicaId, place, seenAt, oldestAt, isSilent }: SpoolReplica) {
  return { id: replicaId, place, reportedAt: seenAt, waitingSince: oldestAt, isSilent };
}

function sentence(replica: SpoolReplica): string {
  const { replicaId, place, seenAt, isSilent } = replica;
  const said = isSilent ? `silent since ${seenAt.toISOString()}; then ${waited(replica)}` : `runs; ${waited(replica)}`;
  return `${replicaId}  ${place}\n  ${said}\n`;
}

function waited({ oldestAt }: SpoolReplica): string {
  return oldestAt === null ? 'nothing waited' : `items waited since ${oldestAt.toISOString()}`;
}

function forgotten(replica: SpoolReplica): string {
  const { replicaId, place, seenAt, oldestAt } = replica;
  const lostSince = (oldestAt ?? seenAt).toISOString();
  return `${replicaId} of ${place} is forgotten. Results and erasures no longer wait for it.
By its last report, at ${seenAt.toISOString()}, ${waited(replica)}. What it accepted from ${lostSince} on and did not store is in no result.
Where its spool comes back, the next event-service that starts on it stores what is there. Ask again then for erasures that ended meanwhile.
`;
}
