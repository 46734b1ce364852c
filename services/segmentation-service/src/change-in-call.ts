import type { Change } from '@stitchd/db/platform';
import { currentAuthor, type EnvironmentScope } from '@stitchd/service-kit';

/** What the audit log keeps of a change that this call makes. */
export function changeInCall(
  scope: EnvironmentScope,
  described: Pick<Change, 'action' | 'resource' | 'before' | 'after'>,
): Change {
  return { ...scope, ...currentAuthor(), ...described };
}
