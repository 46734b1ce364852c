import { useParams } from '@tanstack/react-router';
import type { Scope } from './choose-scope.ts';

/** The project and environment that the address names. */
export function useScope(): Scope {
  const { project = '-', environment = '-' } = useParams({ strict: false });
  return { project, environment };
}
