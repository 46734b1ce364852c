import type { EventContext } from '../context.ts';
import type { JobHandler } from './job-handler.ts';

/** Every kind of job there is. */
export function jobHandlers(_ctx: Omit<EventContext, 'jobHandlers'>): readonly JobHandler[] {
  return [];
}
