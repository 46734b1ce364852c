import type { Memory } from '../platform/memory.ts';
import { webLimits } from '../web-limits.ts';
import type { QueuedItem } from './item.ts';

/** Queued items in the browser's storage, so that a page that goes away takes nothing with it. */
export interface KeptQueue {
  /** What pages before this one left behind; it is this page's from now on. */
  readonly adopt: (nowMs: number) => readonly QueuedItem[];
  readonly save: (queue: readonly QueuedItem[]) => void;
}

function read(text: string | undefined): readonly QueuedItem[] {
  try {
    const items: unknown = JSON.parse(text ?? '[]');
    if (!Array.isArray(items)) return [];
    return items.filter((item: unknown): item is QueuedItem => {
      const { at, json } = (item ?? {}) as { readonly at?: unknown; readonly json?: unknown };
      return typeof at === 'number' && typeof json === 'string' && json.length <= webLimits.maxItemCharacters;
    });
  } catch {
    return [];
  }
}

/**
 * Each page keeps its own queue, so that two of them don't overwrite each other. One that is adopted while its page still lives
 * is sent by both; the ids of items make that harmless.
 *
 * @param scope - of the client key
 * @param page - this page's own name
 */
export function createKeptQueue(memory: Memory, scope: string, page: string): KeptQueue {
  const beginning = `stitchd_events_${scope}_`;
  return {
    adopt(nowMs) {
      const others = memory.names(beginning).filter((name) => name !== beginning + page);
      const found = others.flatMap((name) => {
        const items = read(memory.get(name));
        memory.remove(name);
        return items;
      });
      return found.filter(({ at }) => nowMs - at < webLimits.maxItemAgeMs).slice(0, webLimits.maxQueuedItems);
    },
    save(queue) {
      if (queue.length === 0) memory.remove(beginning + page);
      else memory.set(beginning + page, JSON.stringify(queue));
    },
  };
}
