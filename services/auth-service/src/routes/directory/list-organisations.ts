import { create } from '@bufbuild/protobuf';
import { enterOrganisation, organisationsOf, readOrganisation } from '@stitchd/db/auth';
import { ListOrganisationsResponseSchema, type ListOrganisationsResponse, type Organisation } from '@stitchd/proto/auth/v1/auth';
import type { AuthContext } from '../../context.ts';
import { toOrganisation } from '../../messages/to-message.ts';
import { currentTenant } from '../../requests/tenant.ts';

/** Those that a person is a member of; an API token belongs to one. */
export function listOrganisations({ database }: AuthContext) {
  return async (): Promise<ListOrganisationsResponse> => {
    const { principal, organisationId } = currentTenant();
    const items = await database.beforeTenant(async (tx) => {
      const ids = principal.kind === 'user' ? await organisationsOf(tx, principal.id) : [organisationId];
      const found: Organisation[] = [];
      for (const id of ids) {
        await enterOrganisation(tx, id);
        found.push(toOrganisation(await readOrganisation(tx)));
      }
      return found;
    });
    return create(ListOrganisationsResponseSchema, { items });
  };
}
