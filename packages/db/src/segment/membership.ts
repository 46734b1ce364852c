import { sql } from 'kysely';
import type { Tx } from '../postgres/index.ts';

/** Whether a list segment holds a key of its context kind. */
export interface MembershipQuestion {
  readonly segmentKey: string;
  readonly contextKey: string;
}

/** A rule segment is no list: who asks for one is answered as if it did not exist. */
export type Membership = 'member' | 'not-member' | 'unknown-segment';

/** A key whose time has passed is out at once, whether or not it was taken out yet. */
const isIn = sql`(expires_at is null or expires_at > now())`;

/** Answers in the order of the questions, in one statement. */
export async function checkMemberships(
  tx: Tx,
  environmentId: string,
  questions: readonly MembershipQuestion[],
): Promise<readonly Membership[]> {
  const { rows } = await sql<{ known: boolean; included: boolean; excluded: boolean }>`
    select segment.id is not null as known,
      exists (select from segment.list_key where segment_id = segment.id and not excluded and key = context_key and ${isIn}) as included,
      exists (select from segment.list_key where segment_id = segment.id and excluded and key = context_key and ${isIn}) as excluded
    from unnest(${questions.map(({ segmentKey }) => segmentKey)}::text[], ${questions.map(({ contextKey }) => contextKey)}::text[])
      with ordinality as asked (segment_key, context_key, position)
    left join segment.segment as segment
      on segment.environment_id = ${environmentId} and segment.key = asked.segment_key and segment.type = 'list'
    order by position`.execute(tx);
  return rows.map(({ known, included, excluded }) => {
    if (!known) return 'unknown-segment';
    return included && !excluded ? 'member' : 'not-member';
  });
}
