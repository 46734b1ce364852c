import { sql } from 'kysely';
import type { Tx } from '../postgres/index.ts';

/** What one replica has in its spool. */
export interface SpoolReport {
  readonly replicaId: string;
  /** Where it lies: replicas take over what others left in the same place. */
  readonly place: string;
  /** How long ago the oldest batch that waits was begun; undefined: none waits. */
  readonly oldestAgeMs: number | undefined;
}

/**
 * Writes a replica's report, and forgets those of the same place that are gone: their spools are part of this one by now.
 * @param goneAfterMs - without a report
 */
export async function reportSpool(tx: Tx, report: SpoolReport, goneAfterMs: number): Promise<void> {
  const ago = (milliseconds: number) => sql`clock_timestamp() - make_interval(secs => ${milliseconds / 1_000})`;
  const oldest = report.oldestAgeMs === undefined ? sql`null` : ago(report.oldestAgeMs);
  await sql`
    insert into event.spool_replica (replica_id, place, seen_at, oldest_at)
    values (${report.replicaId}, ${report.place}, clock_timestamp(), ${oldest})
    on conflict (replica_id) do update set seen_at = excluded.seen_at, oldest_at = excluded.oldest_at`.execute(tx);
  await sql`
    delete from event.spool_replica
    where place = ${report.place} and replica_id <> ${report.replicaId} and seen_at < ${ago(goneAfterMs)}`.execute(tx);
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
      where seen_at > clock_timestamp() - make_interval(secs => ${missingMs / 1_000})
        and (seen_at < ${before}::timestamptz + make_interval(secs => ${slackMs / 1_000})
          or oldest_at < ${before}::timestamptz + make_interval(secs => ${slackMs / 1_000}))) as holds`.execute(tx);
  return rows[0]?.holds ?? false;
}

/** What the reports of all replicas say together. */
export interface SpoolsReport {
  /** Nothing that was accepted before waits in a spool, as far as is known; undefined: there is no spool. */
  readonly storedUntil: Date | undefined;
  readonly silentReplicas: number;
}

/**
 * Until when what was accepted has left the spools: where nothing waits, until the replica's last report. A replica that is silent
 * for longer than `missingMs` holds it back no longer, but is still counted.
 * @param since - replicas whose last report is earlier are left out
 * @param silentMs - without a report, until a replica is silent
 */
export async function readSpools(
  tx: Tx,
  since: Date,
  limits: { readonly slackMs: number; readonly silentMs: number; readonly missingMs: number },
): Promise<SpoolsReport> {
  const span = (milliseconds: number) => sql`make_interval(secs => ${milliseconds / 1_000})`;
  const { rows } = await sql<{ stored_until: Date | null; silent: number }>`
    select min(coalesce(oldest_at, seen_at)) filter (where seen_at > clock_timestamp() - ${span(limits.missingMs)})
        - ${span(limits.slackMs)} as stored_until,
      (count(*) filter (where seen_at < clock_timestamp() - ${span(limits.silentMs)}))::int as silent
    from event.spool_replica
    where seen_at > ${since}::timestamptz - ${span(limits.slackMs)}`.execute(tx);
  return { storedUntil: rows[0]?.stored_until ?? undefined, silentReplicas: rows[0]?.silent ?? 0 };
}
