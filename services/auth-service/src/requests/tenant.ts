import { currentPrincipal, type Principal } from '@stitchd/service-kit';

/** Whom a call is about, as far as its access table asks for it. */
export interface Tenant {
  readonly principal: Principal;
  readonly organisationId: string;
}

/** @throws Error where the access table lets calls without an organisation through: a programmer's mistake */
export function currentTenant(): Tenant {
  const principal = currentPrincipal();
  return { principal, organisationId: required(principal.organisationId, 'organisation') };
}

export function currentProject(): Tenant & { readonly projectId: string } {
  const tenant = currentTenant();
  return { ...tenant, projectId: required(tenant.principal.projectId, 'project') };
}

export function currentEnvironment(): Tenant & { readonly projectId: string; readonly environmentId: string } {
  const project = currentProject();
  return { ...project, environmentId: required(project.principal.environmentId, 'environment') };
}

function required(id: string | undefined, what: string): string {
  if (id === undefined) throw new Error(`the access table let a call without ${what} through`);
  return id;
}
