import { sql } from 'kysely';
import type { Tx } from '../postgres/index.ts';

/** What every cache must forget at once. */
export type StoredInvalidation =
  | { readonly kind: 'key'; readonly sha256: Uint8Array }
  | { readonly kind: 'session'; readonly sessionId: string };

/** The channel on which a commit hints at what it revoked: `key <hash in hex>` or `session <id>`. */
export const invalidationChannel = 'stitchd_invalidation';

export async function announceInvalidation(tx: Tx, invalidation: StoredInvalidation): Promise<void> {
  await sql`select pg_notify(${invalidationChannel}, ${invalidationText(invalidation)})`.execute(tx);
}

/** One text for one thing, to send and to compare. */
export function invalidationText(invalidation: StoredInvalidation): string {
  switch (invalidation.kind) {
    case 'key':
      return `key ${Buffer.from(invalidation.sha256).toString('hex')}`;
    case 'session':
      return `session ${invalidation.sessionId}`;
  }
}

/** Undefined: nothing that this version knows. */
export function parseInvalidation(text: string): StoredInvalidation | undefined {
  const [, key, sessionId] = /^(?:key ([0-9a-f]{64})|session ([0-9a-f-]{36}))$/.exec(text) ?? [];
  if (key !== undefined) return { kind: 'key', sha256: Buffer.from(key, 'hex') };
  return sessionId === undefined ? undefined : { kind: 'session', sessionId };
}

/** What was revoked and ended in the last so many seconds, by the store's clock. */
export async function invalidatedWithin(
  tx: Tx,
  window: { readonly keysSeconds: number; readonly sessionsSeconds: number },
): Promise<readonly StoredInvalidation[]> {
  const { rows } = await sql<{ key_sha256: Buffer | null; session_id: string | null }>`
    select * from auth.invalidated_since(
      now() - make_interval(secs => ${window.keysSeconds}), now() - make_interval(secs => ${window.sessionsSeconds})
    )`.execute(tx);
  return rows.flatMap((row): StoredInvalidation[] => {
    if (row.key_sha256 !== null) return [{ kind: 'key', sha256: row.key_sha256 }];
    return row.session_id === null ? [] : [{ kind: 'session', sessionId: row.session_id }];
  });
}
