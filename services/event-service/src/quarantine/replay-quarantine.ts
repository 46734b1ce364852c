import { newestDefinitionAt } from '@stitchd/db/event';
import { quarantineDays, replayEvents } from '@stitchd/events';
import type { EventContext } from '../context.ts';
import type { JobHandler, RunningJob } from '../jobs/job-handler.ts';
import { eventServiceLimits } from '../limits.ts';
import { keptEventColumns, keptRows, type KeptEventRow } from './quarantine-rows.ts';

export const replayKind = 'replay-quarantine';

const { pageItems, keys, shortestPauseMs, longestPauseMs } = eventServiceLimits.quarantine;
const dayMs = 86_400_000;

type ReplayParts = Pick<EventContext, 'database' | 'store' | 'knownEvents' | 'nowMs'>;

/**
 * Puts what is aside in an environment among the events, as soon as its events are defined. An item may come to the quarantine
 * after its event was defined: it was on its way, or waited in the spool of a replica while the event store was down. So the job
 * looks again, first after seconds and then less and less often, until nothing that was put aside before can be left.
 */
export function replayQuarantine(parts: ReplayParts): JobHandler {
  return {
    kind: replayKind,
    isCancellable: false,
    async attempt(job) {
      const before = job.row.progress as { readonly replayed?: number };
      const { events, unfit } = await replayOnce(parts, job);
      await job.checkpoint({ replayed: (before.replayed ?? 0) + events, unfit });
      const changedAt = await job.inTenant((tx) => newestDefinitionAt(tx, job.scope.projectId));
      const ageMs = parts.nowMs() - (changedAt?.getTime() ?? 0);
      if (ageMs > (quarantineDays + 1) * dayMs) return { kind: 'done' };
      return { kind: 'parked', pauseMs: Math.min(Math.max(ageMs / 2, shortestPauseMs), longestPauseMs) };
    },
  };
}

async function replayOnce(parts: ReplayParts, job: RunningJob): Promise<{ events: number; unfit: number }> {
  const { environmentId } = job.scope;
  const sql = `SELECT DISTINCT event FROM ${keptRows} ORDER BY event LIMIT ${keys}`;
  const held = await parts.store.query<{ readonly event: string }>({ environmentId, sql, signal: job.signal });
  const done = { events: 0, unfit: 0 };
  if (held.length === 0) return done;
  const rules = await parts.knownEvents.get(job.scope, new Set(held.map(({ event }) => event)));
  for (const { event } of held) {
    const rule = rules.get(event);
    if (rule === undefined || rule.archived) continue;
    for (let after = ''; ;) {
      const kept = await nextPage(parts, job, event, after);
      const replayed = await replayEvents(parts.store, environmentId, kept, { rule, nowMs: parts.nowMs() });
      done.events += replayed.events;
      done.unfit += replayed.unfit;
      after = kept.at(-1)?.id ?? '';
      if (kept.length < pageItems) break;
    }
  }
  return done;
}

function nextPage({ store }: ReplayParts, job: RunningJob, event: string, after: string): Promise<readonly KeptEventRow[]> {
  const sql = `SELECT ${keptEventColumns} FROM ${keptRows}
    WHERE event = {event:String} AND toString(item_id) > {after:String} ORDER BY toString(item_id) LIMIT ${pageItems}`;
  const { environmentId } = job.scope;
  return store.query<KeptEventRow>({ environmentId, sql, params: { event, after }, signal: job.signal });
}
