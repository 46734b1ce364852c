import type { EnvironmentScope, Principal } from '@stitchd/service-kit';

/** Who asks the other services while a job or the schedule is served. */
export function serviceCall(scope: { readonly organisationId: string } & Partial<EnvironmentScope>, requestId: string) {
  const principal: Principal = { kind: 'service', id: 'stats-service', name: 'stats-service', ...scope };
  return { requestId, principal, deadlineMs: undefined };
}
