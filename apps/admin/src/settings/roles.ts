import type { Schemas } from '@stitchd/rest-client';

export type Role = Schemas['Member']['role'];

/** Each may do what the next may, and more. */
export const roles: readonly { readonly value: Role; readonly label: string }[] = [
  { value: 'owner', label: 'Owner: everything, the organisation too' },
  { value: 'admin', label: 'Admin: environments, keys and members' },
  { value: 'editor', label: 'Editor: flags, segments and experiments' },
  { value: 'viewer', label: 'Viewer: reads only' },
];
