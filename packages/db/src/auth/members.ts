import { searchPattern, type Tx } from '../postgres/index.ts';
import type { ListPage, MemberRow } from './rows.ts';

export async function insertMember(
  tx: Tx,
  member: { readonly organisation_id: string; readonly user_id: string; readonly role: string },
): Promise<void> {
  await tx.insertInto('auth.member').values(member).execute();
}

function selectMembers(tx: Tx) {
  return tx
    .selectFrom('auth.member as member')
    .innerJoin('auth.user_account as person', 'person.id', 'member.user_id')
    .select(['member.user_id', 'person.email', 'person.name', 'member.role', 'member.version', 'member.created_at']);
}

export async function findMember(tx: Tx, userId: string): Promise<MemberRow | undefined> {
  return selectMembers(tx).where('member.user_id', '=', userId).executeTakeFirst();
}

/**
 * The member and every owner, locked in one order: two changes at once can't both take what was the last owner but one.
 * @returns the member, and how many owners there are
 */
export async function lockMemberAndOwners(
  tx: Tx,
  userId: string,
): Promise<{ readonly member: MemberRow | undefined; readonly owners: number }> {
  const locked = await tx
    .selectFrom('auth.member')
    .select(['user_id', 'role'])
    .where((where) => where.or([where('user_id', '=', userId), where('role', '=', 'owner')]))
    .orderBy('user_id')
    .forUpdate()
    .execute();
  return { member: await findMember(tx, userId), owners: locked.filter(({ role }) => role === 'owner').length };
}

/** In the order of their e-mail addresses; `after` is `[email]`. */
export async function listMembers(tx: Tx, page: ListPage): Promise<readonly MemberRow[]> {
  let query = selectMembers(tx).orderBy('person.email').limit(page.limit);
  const [afterEmail] = page.after ?? [];
  if (afterEmail !== undefined) query = query.where('person.email', '>', afterEmail);
  if (page.query !== '') {
    const pattern = searchPattern(page.query);
    query = query.where((where) => where.or([where('person.email', 'ilike', pattern), where('person.name', 'ilike', pattern)]));
  }
  return query.execute();
}

export async function updateMemberRole(tx: Tx, userId: string, role: string): Promise<void> {
  await tx
    .updateTable('auth.member')
    .set((update) => ({ role, version: update('version', '+', 1) }))
    .where('user_id', '=', userId)
    .execute();
}

export async function deleteMember(tx: Tx, userId: string): Promise<void> {
  await tx.deleteFrom('auth.member').where('user_id', '=', userId).execute();
}
