import { createSignIn } from '../seed/create-sign-in.ts';
import { seedDemoProject } from '../seed/seed-demo-project.ts';
import { runUntilStopped } from '../run-until-stopped.ts';
import { startTogether, type Product } from '../together.ts';
import { welcome, type StartFacts } from '../terminal/welcome.ts';

/** `stitchd start`: the whole product in this process, with the embedded stores unless addresses of real ones are set. */
export async function start(options: { readonly json: boolean; readonly demo: boolean }): Promise<void> {
  const startedMs = Date.now();
  const say = (line: string): void => void process.stderr.write(`${line}\n`);
  const product = await startTogether(process.env, (step) => say(`  ${step} …`));
  try {
    const facts = await prepareFirstUse(product, options.demo, say);
    const whole = { ...facts, startMs: Date.now() - startedMs };
    process.stdout.write(options.json ? `${JSON.stringify(whole)}\n` : welcome(whole, product.prepared.directory));
  } catch (error) {
    await product.stop();
    throw error;
  }
  product.onStoreLost(() =>
    say('the embedded PostgreSQL ended by itself: flags keep working from memory; stop and start Stitchd to bring it back'),
  );
  await runUntilStopped(async (signal) => {
    say(`${signal}: letting running requests finish, then stopping`);
    await product.stop();
    say('stopped');
  });
}

async function prepareFirstUse(
  product: Product,
  wantsDemo: boolean,
  say: (line: string) => void,
): Promise<Omit<StartFacts, 'startMs'>> {
  const { directory, environment } = product.prepared;
  const signIn = await createSignIn(product.reach, environment, directory);
  const syncUrl = `http://localhost:${product.ports['grpc'] ?? 0}`;
  const demo = wantsDemo
    ? await seedDemoProject({ url: product.url, syncUrl, token: signIn.operatorToken, directory }, say)
    : undefined;
  return {
    url: product.url,
    syncUrl,
    email: signIn.email,
    signInUrl: signIn.signInPath && `${product.url}${signIn.signInPath}`,
    demo,
    embedded: product.embedded,
  };
}
