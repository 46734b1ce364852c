import { sql } from 'kysely';
import type { Tx } from '../postgres/index.ts';

const span = (milliseconds: number) => sql`make_interval(secs => ${milliseconds / 1_000})`;

/** What one replica has in its spool. */
export interface SpoolReport {
  readonly replicaId: string;
  /** Where it lies: replicas take over what others left in the same place. */
  readonly place: string;
  /** How long ago the oldest batch that waits was begun; undefined: none waits. */
  readonly oldestAgeMs: number | undefined;
}

/**
 * Writes a replica's report, and forgets those of the same place that are gone, as their spools are part of this one by now, and
 * those that nobody waits for and no result tells of any more.
 * @param limits - both without a report
 */
export async function reportSpool(
  tx: Tx,
  report: SpoolReport,
  limits: { readonly goneAfterMs: number; readonly toldMs: number },
): Promise<void> {
  const ago = (milliseconds: number) => sql`clock_timestamp() - ${span(milliseconds)}`;
  const oldest = report.oldestAgeMs === undefined ? sql`null` : ago(report.oldestAgeMs);
  await sql`
    insert into event.spool_replica (replica_id, place, seen_at, oldest_at)
    values (${report.replicaId}, ${report.place}, clock_timestamp(), ${oldest})
    on conflict (replica_id) do update set seen_at = excluded.seen_at, oldest_at = excluded.oldest_at`.execute(tx);
  await sql`
    delete from event.spool_replica
    where replica_id <> ${report.replicaId}
      and ((place = ${report.place} and seen_at < ${ago(limits.goneAfterMs)}) or seen_at < ${ago(limits.toldMs)})`.execute(tx);
}

/** A replica that ends with an empty spool. */
export async function forgetSpool(tx: Tx, replicaId: string): Promise<void> {
  await tx.deleteFrom('event.spool_replica').where('replica_id', '=', replicaId).execute();
}

/**
 * Whether a spool may still hold a batch that was accepted before a moment: its replica has said nothing since, or that such a
 * batch waits. One that is silent for longer than `missingMs` is waited for no longer.
 * @param slackMs - by how much clocks may differ, and how long a batch may be on its way into the spool
 */
export async function spoolsMayHold(
  tx: Tx,
  before: Date,
  { slackMs, missingMs }: { readonly slackMs: number; readonly missingMs: number },
): Promise<boolean> {
  const { rows } = await sql<{ holds: boolean }>`
    select exists (
      select from event.spool_replica
      where seen_at > clock_timestamp() - ${span(missingMs)}
        and (seen_at < ${before}::timestamptz + ${span(slackMs)}
          or oldest_at < ${before}::timestamptz + ${span(slackMs)})) as holds`.execute(tx);
  return rows[0]?.holds ?? false;
}

/** What the reports of all replicas say together. */
export interface SpoolsReport {
  /** Nothing that was accepted before waits in a spool, as far as is known; undefined: there is no spool. */
  readonly storedUntil: Date | undefined;
  readonly silentReplicas: number;
}

/** For how long without a report a replica counts. */
export interface SilenceLimits {
  readonly slackMs: number;
  /** From then on it is silent. */
  readonly silentMs: number;
  /** So long it is waited for where nothing waited with it by its last report… */
  readonly emptyMs: number;
  /** …and so long where something did. */
  readonly missingMs: number;
  /** So long it is counted among the silent ones. */
  readonly toldMs: number;
}

/**
 * Until when what was accepted has left the spools: where nothing waits, until the replica's last report. A silent replica is waited
 * for only so long. With one that said that nothing waits, all but what it accepted after its last report is stored.
 * @param since - replicas whose last report is earlier are left out
 */
export async function readSpools(tx: Tx, since: Date, limits: SilenceLimits): Promise<SpoolsReport> {
  const { rows } = await sql<{ stored_until: Date | null; silent: number }>`
    select min(coalesce(oldest_at, seen_at)) filter (where seen_at > clock_timestamp()
          - case when oldest_at is null then ${span(limits.emptyMs)} else ${span(limits.missingMs)} end)
        - ${span(limits.slackMs)} as stored_until,
      (count(*) filter (where seen_at < clock_timestamp() - ${span(limits.silentMs)}))::int as silent
    from event.spool_replica
    where seen_at > greatest(${since}::timestamptz - ${span(limits.slackMs)}, clock_timestamp() - ${span(limits.toldMs)})`.execute(
    tx,
  );
  return { storedUntil: rows[0]?.stored_until ?? undefined, silentReplicas: rows[0]?.silent ?? 0 };
}

/** A replica by its last report. */
export interface SpoolReplica {
  readonly replicaId: string;
  readonly place: string;
  readonly seenAt: Date;
  /** When the oldest batch that waited then was begun; null: none waited. */
  readonly oldestAt: Date | null;
  readonly isSilent: boolean;
}

const isSilent = (silentMs: number) => sql<boolean>`seen_at < clock_timestamp() - ${span(silentMs)}`;

/** The one that has been silent for the longest first. */
export async function listSpools(tx: Tx, silentMs: number): Promise<readonly SpoolReplica[]> {
  return tx
    .selectFrom('event.spool_replica')
    .select(['replica_id as replicaId', 'place', 'seen_at as seenAt', 'oldest_at as oldestAt', isSilent(silentMs).as('isSilent')])
    .orderBy('seen_at')
    .orderBy('replica_id')
    .execute();
}

/** A replica that is gone for good. @returns false: there is none that is silent and has this id */
export async function forgetSilentSpool(tx: Tx, replicaId: string, silentMs: number): Promise<boolean> {
  const { numDeletedRows } = await tx
    .deleteFrom('event.spool_replica')
    .where('replica_id', '=', replicaId)
    .where(isSilent(silentMs))
    .executeTakeFirst();
  return numDeletedRows > 0n;
}
