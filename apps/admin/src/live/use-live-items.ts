import { useEffect, useState } from 'react';
import { useScope } from '../shell/use-scope.ts';
import { followItems, type LiveFilter, type LiveItem, type LiveNews } from './live-stream.ts';

/** Items that the page keeps, the latest first. */
const keptItems = 500;
const againMs = 2_000;

export interface LiveState {
  readonly items: readonly LiveItem[];
  /** Items that were not told since the page was opened, for there were too many. */
  readonly leftOut: number;
  readonly connection: 'connecting' | 'open' | 'waiting' | 'refused';
  readonly detail: string;
}

const nothingYet: LiveState = { items: [], leftOut: 0, connection: 'connecting', detail: '' };

/** What comes in while the page is open and not paused. */
export function useLiveItems(filter: LiveFilter, isPaused: boolean): LiveState {
  const { project, environment } = useScope();
  const [state, setState] = useState(nothingYet);
  const { type, key, unit, outcome, code } = filter;
  useEffect(() => setState(nothingYet), [project, environment, type, key, unit, outcome, code]);
  useEffect(() => {
    if (isPaused) return undefined;
    const stop = new AbortController();
    const { signal } = stop;
    void (async () => {
      let isRefused = false;
      while (!signal.aborted && !isRefused) {
        await followItems(
          { project, environment },
          { type, key, unit, outcome, code },
          (news) => {
            isRefused = news.kind === 'refused';
            if (!signal.aborted) setState((before) => after(before, news));
          },
          signal,
        ).catch(() => {
          if (!signal.aborted)
            setState((before) => ({ ...before, connection: 'waiting', detail: 'The gateway does not answer.' }));
        });
        await new Promise((resolve) => setTimeout(resolve, againMs));
      }
    })();
    return () => stop.abort();
  }, [project, environment, type, key, unit, outcome, code, isPaused]);
  return state;
}

function after(before: LiveState, news: LiveNews): LiveState {
  if (news.kind !== 'items') return { ...before, connection: news.kind, detail: 'detail' in news ? news.detail : '' };
  const known = new Set(before.items.map(nameOf));
  const fresh = news.items.filter((item) => !known.has(nameOf(item))).toReversed();
  const items = [...fresh, ...before.items].slice(0, keptItems);
  return { items, leftOut: before.leftOut + news.leftOut, connection: 'open', detail: '' };
}

/** A refused item without an id is known by all that is said of it. */
export function nameOf(item: LiveItem): string {
  return item.id === '' ? `${item.acceptedAt} ${item.code} ${item.type} ${item.key}` : `${item.outcome} ${item.id}`;
}
