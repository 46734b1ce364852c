import { answered } from '@stitchd/rest-client';
import { api } from '../api/api.ts';

const lastScopeKey = 'stitchd.scope';

export interface Scope {
  readonly project: string;
  readonly environment: string;
}

/** Where a person was last, else the first project's first environment. */
export async function chooseScope(): Promise<Scope> {
  const last = readLastScope();
  const { items: projects } = await answered(api.GET('/v1/projects', {}));
  const project = projects.find(({ key }) => key === last?.project) ?? projects[0];
  if (project === undefined) return { project: '-', environment: '-' };
  const { items: environments } = await answered(
    api.GET('/v1/projects/{project}/environments', { params: { path: { project: project.key } } }),
  );
  const environment = environments.find(({ key }) => key === last?.environment) ?? environments[0];
  return { project: project.key, environment: environment?.key ?? '-' };
}

export function rememberScope(scope: Scope): void {
  localStorage.setItem(lastScopeKey, JSON.stringify(scope));
}

function readLastScope(): Partial<Scope> | undefined {
  try {
    return JSON.parse(localStorage.getItem(lastScopeKey) ?? 'null') ?? undefined;
  } catch {
    return undefined;
  }
}
