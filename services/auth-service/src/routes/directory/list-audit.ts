import { create } from '@bufbuild/protobuf';
import { listAudit as readAudit } from '@stitchd/db/auth';
import { ListAuditResponseSchema, type ListAuditRequest, type ListAuditResponse } from '@stitchd/proto/auth/v1/auth';
import type { AuthContext } from '../../context.ts';
import { toAuditEntry } from '../../messages/to-message.ts';
import { check, textFault, uuidFault } from '../../requests/check.ts';
import { pageOf, readIdPage } from '../../requests/list-page.ts';
import { currentTenant } from '../../requests/tenant.ts';

export function listAudit({ database }: AuthContext) {
  return async (request: ListAuditRequest): Promise<ListAuditResponse> => {
    check(
      request.projectId === '' ? undefined : uuidFault('projectId', request.projectId),
      textFault('resourceKind', request.resourceKind),
      textFault('resourceKey', request.resourceKey),
    );
    const filter = {
      projectId: request.projectId || undefined,
      resourceKind: request.resourceKind || undefined,
      resourceKey: request.resourceKey || undefined,
    };
    const page = readIdPage(request.page);
    const listed = await database.inTenant(currentTenant().organisationId, (tx) =>
      pageOf(
        page,
        (wanted) => readAudit(tx, filter, wanted),
        (row) => row.id,
        toAuditEntry,
      ),
    );
    return create(ListAuditResponseSchema, listed);
  };
}
