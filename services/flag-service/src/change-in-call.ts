import type { Change } from '@stitchd/db/platform';
import { currentAuthor, type ProjectScope } from '@stitchd/service-kit';

type Described = Pick<Change, 'action' | 'resource' | 'before' | 'after'>;

/** What the audit log keeps of a change that this call makes. */
export function changeInCall(scope: ProjectScope & { readonly environmentId?: string }, described: Described): Change {
  const { organisationId, projectId, environmentId } = scope;
  return { organisationId, projectId, environmentId, ...currentAuthor(), ...described };
}
