import { setTimeout as wait } from 'node:timers/promises';
import { RestProblem, type Schemas } from '@stitchd/rest-client';
import type { TransferAccess } from './transfer-access.ts';

export type ImportJob = Schemas['EventJob'];

/** How often a request is tried that the network or a busy server refuses, and how long between. */
const attempts = 20;
const firstPauseMs = 250;
const longestPauseMs = 10_000;
const timeoutMs = 60_000;

/** Asks with patience: breaks of the network and of services pass. @throws RestProblem */
export async function askPatiently(access: TransferAccess, url: string, init: RequestInit = {}): Promise<ImportJob> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await ask(access, url, init);
    } catch (error) {
      const isPassing = error instanceof RestProblem && (error.status === 0 || error.status === 429 || error.status >= 500);
      if (!isPassing || attempt === attempts) throw error;
      await wait(Math.min(firstPauseMs * 2 ** (attempt - 1), longestPauseMs));
    }
  }
}

async function ask({ authorization }: TransferAccess, url: string, init: RequestInit): Promise<ImportJob> {
  const headers = { ...(init.headers as Record<string, string> | undefined), authorization };
  const response = await fetch(url, { ...init, headers, signal: AbortSignal.timeout(timeoutMs) }).catch((cause: unknown) => {
    throw new RestProblem(0, { code: 'UNREACHABLE', detail: `The server does not answer: ${String(cause)}` });
  });
  const text = await response.text();
  if (!response.ok) throw new RestProblem(response.status, problemIn(text));
  return JSON.parse(text) as ImportJob;
}

function problemIn(text: string): ConstructorParameters<typeof RestProblem>[1] {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}

/** Bytes of the file that the server has. */
export function receivedBytes({ progress }: ImportJob): number {
  return numberIn(progress, 'receivedBytes');
}

export function numberIn(fields: ImportJob['progress'], name: string): number {
  const value = fields?.[name];
  return typeof value === 'number' ? value : 0;
}
