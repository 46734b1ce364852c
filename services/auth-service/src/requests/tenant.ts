import { currentPrincipal, environmentScope, organisationScope, projectScope, type Principal } from '@stitchd/service-kit';

/** Whom a call is about, as far as its access table asks for it. */
export interface Tenant {
  readonly principal: Principal;
  readonly organisationId: string;
}

export function currentTenant(): Tenant {
  return { principal: currentPrincipal(), organisationId: organisationScope() };
}

export function currentProject(): Tenant & { readonly projectId: string } {
  return { principal: currentPrincipal(), ...projectScope() };
}

export function currentEnvironment(): Tenant & { readonly projectId: string; readonly environmentId: string } {
  return { principal: currentPrincipal(), ...environmentScope() };
}
