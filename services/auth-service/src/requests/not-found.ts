import type { ConnectError } from '@connectrpc/connect';
import { problem } from '@stitchd/service-kit';

export function noSuchProject(key: string): ConnectError {
  return problem('NOT_FOUND', `There is no project "${key}" in this organisation.`);
}

export function noSuchEnvironment(key: string, projectKey: string): ConnectError {
  return problem('NOT_FOUND', `There is no environment "${key}" in the project "${projectKey}".`);
}

/** Where a principal names by id what is not, or no longer, in its organisation. */
export function noSuchId(
  kind: 'project' | 'environment' | 'SDK key' | 'API token' | 'member' | 'receiver',
  id: string,
): ConnectError {
  return problem('NOT_FOUND', `There is no ${kind} with the id ${id} here.`);
}
