import { actorOf, type Actor } from '../identity/principal.ts';
import { currentCall, currentPrincipal } from './call.ts';

/** Whose project a call is about: always from the principal, never from a request. */
export interface ProjectScope {
  readonly organisationId: string;
  readonly projectId: string;
}

export interface EnvironmentScope extends ProjectScope {
  readonly environmentId: string;
}

/**
 * The organisation of the call that is being served.
 * @throws Error where the access table lets a principal through that names none, as do the two below: a programmer's mistake
 */
export function organisationScope(): string {
  return required(currentPrincipal().organisationId, 'organisation');
}

export function projectScope(): ProjectScope {
  return { organisationId: organisationScope(), projectId: required(currentPrincipal().projectId, 'project') };
}

export function environmentScope(): EnvironmentScope {
  return { ...projectScope(), environmentId: required(currentPrincipal().environmentId, 'environment') };
}

function required(id: string | undefined, what: string): string {
  if (id === undefined) throw new Error(`the principal names no ${what}`);
  return id;
}

/** Who makes the call that is being served, as the audit log keeps it. */
export interface Author {
  readonly actor: Actor;
  readonly requestId: string;
}

export function currentAuthor(): Author {
  return { actor: actorOf(currentPrincipal()), requestId: currentCall()?.requestId ?? '' };
}
