import type { EventStore } from '@stitchd/db/clickhouse';
import type { Logger } from '@stitchd/service-kit';
import { eventServiceLimits } from '../limits.ts';
import { keptRows } from './quarantine-rows.ts';

const { items: most, countAgeMs, environments } = eventServiceLimits.quarantine;

/** How much an environment has aside, as this replica knows it. */
interface Room {
  /** In the event store when that was last asked. */
  stored: number;
  /** Taken here since. */
  taken: number;
  countedAtMs: number;
}

/**
 * Keeps the quarantine of each environment within its limit. The event store is asked now and then, and never waited for: so
 * several replicas together may go beyond the limit, by what they take within ten seconds.
 */
export interface QuarantineRoom {
  /** Items that the environment may still put aside. */
  readonly places: (environmentId: string) => number;
  readonly take: (environmentId: string, items: number) => void;
}

export function createQuarantineRoom(options: {
  readonly store: EventStore;
  readonly nowMs: () => number;
  readonly log: Logger;
}): QuarantineRoom {
  const rooms = new Map<string, Room>();
  const roomOf = (environmentId: string): Room => {
    const room = rooms.get(environmentId) ?? { stored: 0, taken: 0, countedAtMs: -countAgeMs };
    rooms.delete(environmentId);
    rooms.set(environmentId, room);
    const [oldest] = rooms.keys();
    if (rooms.size > environments && oldest !== undefined) rooms.delete(oldest);
    return room;
  };
  const count = async (environmentId: string, room: Room): Promise<void> => {
    const takenBefore = room.taken;
    const sql = `SELECT count() AS items FROM ${keptRows}`;
    const [row] = await options.store.query<{ readonly items: number }>({ environmentId, sql });
    room.stored = row?.items ?? 0;
    // What was taken before is stored, or will be seen the next time.
    room.taken -= takenBefore;
  };
  return {
    places(environmentId) {
      const room = roomOf(environmentId);
      if (options.nowMs() - room.countedAtMs > countAgeMs) {
        room.countedAtMs = options.nowMs();
        void count(environmentId, room).catch((error: unknown) =>
          options.log.warn({ err: error }, 'the quarantine of an environment could not be counted'),
        );
      }
      return Math.max(0, most - room.stored - room.taken);
    },
    take(environmentId, items) {
      roomOf(environmentId).taken += items;
    },
  };
}
