import { RestProblem } from '@stitchd/rest-client';

/** A refusal stays a refusal; only what may pass by itself is worth asking again. */
export function mayPass(error: unknown): boolean {
  return error instanceof RestProblem && (error.status === 0 || error.status === 429 || error.status >= 500);
}
