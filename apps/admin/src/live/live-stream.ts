import { session } from '../session/session.ts';
import type { Scope } from '../shell/choose-scope.ts';

/** What may become of an item. */
export const liveOutcomes = ['accepted', 'quarantined', 'rejected'] as const;
export type LiveOutcome = (typeof liveOutcomes)[number];

/** The types of items that are stored as such. */
export const liveTypes = ['event', 'exposure', 'identify'] as const;
export type LiveType = (typeof liveTypes)[number];

/** One item that came in, as the stream tells it. */
export interface LiveItem {
  readonly id: string;
  readonly type: string;
  readonly outcome: string;
  readonly key: string;
  readonly variant: string;
  readonly value: number;
  readonly properties: string;
  readonly units: Readonly<Record<string, string>>;
  readonly attributes: Readonly<Record<string, string>>;
  readonly rule: string;
  readonly happenedAt: string;
  readonly acceptedAt: string;
  readonly sdk: string;
  readonly sdkVersion: string;
  readonly code: string;
  readonly message: string;
  readonly items: number;
}

export interface LiveFilter {
  readonly type?: string | undefined;
  readonly key?: string | undefined;
  readonly unit?: string | undefined;
  readonly outcome?: string | undefined;
  readonly code?: string | undefined;
}

/** What a stream tells its page. */
export type LiveNews =
  | { readonly kind: 'open' }
  | { readonly kind: 'items'; readonly items: readonly LiveItem[]; readonly leftOut: number }
  | { readonly kind: 'waiting'; readonly detail: string }
  | { readonly kind: 'refused'; readonly detail: string };

/** Takes events out of the text of a stream; answers what is left over. */
export function takeEvents(text: string, take: (event: string, data: string) => void): string {
  const blocks = text.split('\n\n');
  const rest = blocks.pop() ?? '';
  for (const block of blocks) {
    const [, event] = /^event: (.*)$/m.exec(block) ?? [];
    const [, data] = /^data: (.*)$/m.exec(block) ?? [];
    if (event !== undefined && data !== undefined) take(event, data);
  }
  return rest;
}

/** Follows one stream until it ends. Resolves when another may be opened; the session's token is renewed where it has run out. */
export async function followItems(scope: Scope, filter: LiveFilter, tell: (news: LiveNews) => void, signal: AbortSignal) {
  const query = new URLSearchParams(Object.entries(filter).flatMap(([name, value]) => (value ? [[name, value]] : [])));
  const url = `/v1/projects/${scope.project}/environments/${scope.environment}/live-items?${query.toString()}`;
  const open = (token: string | undefined) => fetch(url, { headers: { authorization: `Bearer ${token ?? ''}` }, signal });
  let response = await open(session.current()?.accessToken);
  if (response.status === 401) response = await open((await session.refresh())?.accessToken);
  if (!response.ok || response.body === null) {
    const problem = (await response.json().catch(() => ({}))) as { readonly detail?: string };
    const detail = problem.detail ?? `The gateway answered ${response.status}.`;
    return tell(response.status >= 500 || response.status === 429 ? { kind: 'waiting', detail } : { kind: 'refused', detail });
  }
  tell({ kind: 'open' });
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return undefined;
    rest = takeEvents(rest + value, (event, data) => {
      const parsed = JSON.parse(data) as { items?: LiveItem[]; leftOut?: number; detail?: string };
      if (event === 'items') tell({ kind: 'items', items: parsed.items ?? [], leftOut: parsed.leftOut ?? 0 });
      if (event === 'waiting') tell({ kind: 'waiting', detail: parsed.detail ?? '' });
    });
  }
}
