import { Setup } from '@stitchd/proto/auth/v1/auth';
import { createProcessContext, reachApart } from '@stitchd/service-kit';
import { allServices } from '../all-services.ts';
import { openKeyRing, openLog, prepareProcess } from '../prepare-process.ts';
import { createSignIn } from '../seed/create-sign-in.ts';
import { seedDemoProject } from '../seed/seed-demo-project.ts';
import { findProduct } from '../seed/find-product.ts';

/** `stitchd seed`: the first administrator and, if asked, the demo project, in a product that runs apart on this host. */
export async function seed(options: { readonly json: boolean; readonly demo: boolean; readonly url?: string }): Promise<void> {
  const prepared = prepareProcess(process.env);
  const log = openLog(prepared, 'standard-error');
  const context = createProcessContext({ environment: process.env, log, keyRing: openKeyRing(prepared) });
  const { reach, close } = await reachApart('command', [Setup], allServices, context);
  try {
    const signIn = await createSignIn(reach, process.env, prepared.directory);
    const { url, syncUrl } = findProduct(prepared, { ...options, token: signIn.operatorToken });
    const demo = options.demo
      ? await seedDemoProject({ url, syncUrl, token: signIn.operatorToken, directory: prepared.directory }, (line) =>
          process.stderr.write(`${line}\n`),
        )
      : undefined;
    const signInUrl = signIn.signInPath && `${url}${signIn.signInPath}`;
    if (options.json) process.stdout.write(`${JSON.stringify({ email: signIn.email, signInUrl, demo })}\n`);
    else
      process.stdout.write(`Administrator  ${signIn.email}\n${signInUrl === undefined ? '' : `Sign in once   ${signInUrl}\n`}`);
  } finally {
    close();
  }
}
