import { permissionsOf, type Permission } from '@stitchd/core';
import type { ConnectError } from '@connectrpc/connect';
import type { Principal } from '../identity/principal.ts';
import type { SignerName } from '../service-names.ts';
import { problem } from './problem.ts';

/** Who may call one RPC. At least one of `people`, `sdkKeys`, `services` names somebody. */
export interface Access {
  /** Users and API tokens whose role holds this permission. */
  readonly people?: Permission;
  readonly sdkKeys?: readonly ('server' | 'client')[];
  readonly services?: readonly SignerName[];
  /** What the principal must name; `none` for look-ups before a tenant is known. */
  readonly scope: 'none' | 'organisation' | 'project' | 'environment';
}

/** By `<service type name>/<method>`; a method that is not in it answers nobody. */
export type AccessTable = Readonly<Record<string, Access>>;

/** Undefined where the principal may call, else the refusal. */
export function refusal(access: Access | undefined, principal: Principal | undefined, method: string): ConnectError | undefined {
  if (principal === undefined) return problem('UNAUTHENTICATED', `${method} needs a principal signed by the gateway.`);
  if (access === undefined) return problem('PERMISSION_DENIED', `Nobody may call ${method}.`);
  if (!isAdmitted(access, principal)) return problem('PERMISSION_DENIED', denial(access, principal));
  const missing = missingScope(access.scope, principal);
  return missing === undefined
    ? undefined
    : problem('VALIDATION_FAILED', `${method} needs a principal that names its ${missing}.`);
}

function isAdmitted(access: Access, principal: Principal): boolean {
  switch (principal.kind) {
    case 'user':
    case 'api-token':
      return access.people !== undefined && principal.role !== undefined && permissionsOf(principal.role).has(access.people);
    case 'sdk-key':
      return principal.keyKind !== undefined && (access.sdkKeys?.includes(principal.keyKind) ?? false);
    case 'service':
      return access.services?.includes(principal.id as SignerName) ?? false;
  }
}

function denial(access: Access, principal: Principal): string {
  if ((principal.kind === 'user' || principal.kind === 'api-token') && access.people !== undefined)
    return `The role ${principal.role ?? 'none'} lacks the permission ${access.people}.`;
  return `A principal of kind ${principal.kind} may not do this.`;
}

function missingScope(scope: Access['scope'], principal: Principal): string | undefined {
  if (scope === 'none') return undefined;
  if (principal.organisationId === undefined) return 'organisation';
  if (scope === 'organisation') return undefined;
  if (principal.projectId === undefined) return 'project';
  if (scope === 'project') return undefined;
  return principal.environmentId === undefined ? 'environment' : undefined;
}
