import type { Schemas } from '@stitchd/rest-client';

/** Whether a computation has yet to end. */
export function isComputing(job: Schemas['Job'] | undefined): boolean {
  return job?.state === 'waiting' || job?.state === 'running';
}
