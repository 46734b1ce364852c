import type { Schemas } from '@stitchd/rest-client';
import { useQuery } from '@tanstack/react-query';
import { identityQuery } from '../api/queries.ts';

export type Permission = Schemas['Identity']['permissions'][number];

/** Whether who is signed in may do something; nothing until that is known. The server decides anyway: this only spares clicks. */
export function useCan(): (permission: Permission) => boolean {
  const { data } = useQuery(identityQuery());
  return (permission) => data?.permissions.includes(permission) ?? false;
}
