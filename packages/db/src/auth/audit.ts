import type { Tx } from '../postgres/index.ts';
import type { AuditRow, ListPage } from './rows.ts';

/** Each undefined: any. */
export interface AuditFilter {
  readonly projectId: string | undefined;
  readonly resourceKind: string | undefined;
  readonly resourceKey: string | undefined;
}

/** The newest first; `after` is `[id]`. */
export async function listAudit(
  tx: Tx,
  filter: AuditFilter,
  page: Pick<ListPage, 'limit' | 'after'>,
): Promise<readonly AuditRow[]> {
  let query = tx.selectFrom('platform.audit').selectAll().orderBy('id', 'desc').limit(page.limit);
  const [afterId] = page.after ?? [];
  if (afterId !== undefined) query = query.where('id', '<', afterId);
  if (filter.projectId !== undefined) query = query.where('project_id', '=', filter.projectId);
  if (filter.resourceKind !== undefined) query = query.where('resource_kind', '=', filter.resourceKind);
  if (filter.resourceKey !== undefined) query = query.where('resource_key', '=', filter.resourceKey);
  return query.execute();
}
