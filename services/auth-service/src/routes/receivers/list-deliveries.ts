import { create } from '@bufbuild/protobuf';
import { listDeliveries as readDeliveries } from '@stitchd/db/auth';
import {
  ListDeliveriesResponseSchema,
  type ListDeliveriesRequest,
  type ListDeliveriesResponse,
} from '@stitchd/proto/auth/v1/receivers';
import type { AuthContext } from '../../context.ts';
import { toDelivery } from '../../messages/receiver-message.ts';
import { pageOf, readIdPage } from '../../requests/list-page.ts';
import { currentProject } from '../../requests/tenant.ts';
import { findReceiver } from './find-receiver.ts';

export function listDeliveries({ database }: AuthContext) {
  return async (request: ListDeliveriesRequest): Promise<ListDeliveriesResponse> => {
    const page = readIdPage(request.page);
    const listed = await database.inTenant(currentProject().organisationId, async (tx) => {
      const { id } = await findReceiver(tx, request.receiverId);
      return pageOf(
        page,
        (wanted) => readDeliveries(tx, id, wanted),
        (row) => row.id,
        toDelivery,
      );
    });
    return create(ListDeliveriesResponseSchema, listed);
  };
}
