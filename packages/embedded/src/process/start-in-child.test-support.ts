import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export interface ChildStart {
  readonly child: ChildProcess;
  readonly outcome:
    | { readonly kind: 'started'; readonly value: Record<string, unknown> }
    | { readonly kind: 'failed'; readonly code: string; readonly message: string };
}

export interface ChildStartOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly uid?: number;
  readonly gid?: number;
}

/** Calls `name` of a TypeScript module of ours in another process and waits for what it says. */
export async function startInChild(
  module: URL,
  name: string,
  options: object | string,
  how: ChildStartOptions = {},
): Promise<ChildStart> {
  const program = fileURLToPath(new URL('./start-in-child.test-support.mjs', import.meta.url));
  const child = spawn(process.execPath, [program, fileURLToPath(module), name, JSON.stringify(options)], {
    stdio: ['ignore', 'pipe', 'pipe'],
    ...how,
  });
  let complaints = '';
  child.stderr.on('data', (chunk) => (complaints += chunk));
  for await (const line of createInterface({ input: child.stdout })) {
    const [, kind, json = ''] = /^(started|failed) (.*)$/.exec(line) ?? [];
    if (kind === undefined) continue;
    const value = JSON.parse(json) as Record<string, unknown>;
    if (kind === 'started') return { child, outcome: { kind, value } };
    return { child, outcome: { kind: 'failed', code: String(value['code']), message: String(value['message']) } };
  }
  throw new Error(`The child said nothing: ${complaints}`);
}
