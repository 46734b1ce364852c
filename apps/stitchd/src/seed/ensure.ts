import { RestProblem } from '@stitchd/rest-client';

/** Creates something, or leaves what is there already: seeding twice changes nothing. */
export async function ensure(created: Promise<unknown>): Promise<void> {
  await created.catch((error: unknown) => {
    if (error instanceof RestProblem && error.code === 'ALREADY_EXISTS') return;
    throw error;
  });
}
