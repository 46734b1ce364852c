import { createConnection, createServer, type Server } from 'node:net';
import { embeddedLimits } from '../limits.ts';

/** What a holder, or a start that is still trying, tells whoever connects. */
export interface LockClaim {
  readonly pid: number;
  /** The socket's file name; of two that try at once, the smaller name goes first. */
  readonly name: string;
  readonly held: boolean;
}

export type LockAnswer =
  | { readonly kind: 'claim'; readonly claim: LockClaim }
  /** Something listens but did not say who it is in time. */
  | { readonly kind: 'silent' }
  /** Nobody listens any more. */
  | { readonly kind: 'gone' };

/** Answers each connection with the claim as it is at that moment, and does not keep the process alive. */
export async function listenWithClaim(path: string, claim: () => LockClaim): Promise<Server> {
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    socket.end(`${JSON.stringify(claim())}\n`);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, resolve);
  });
  server.unref();
  return server;
}

/** Asks the socket at `path` who holds it; asks again, a few times, when its holder went away in the middle of the answer. */
export async function askClaim(path: string): Promise<LockAnswer> {
  for (let attempt = 0; attempt < embeddedLimits.lockAttempts; attempt++) {
    const answer = await askOnce(path);
    if (answer !== 'interrupted') return answer;
  }
  return { kind: 'silent' };
}

function askOnce(path: string): Promise<LockAnswer | 'interrupted'> {
  return new Promise((resolve, reject) => {
    const socket = createConnection(path);
    let text = '';
    socket.setEncoding('utf8');
    socket.setTimeout(embeddedLimits.lockAnswerMs, () => {
      socket.destroy();
      resolve({ kind: 'silent' });
    });
    socket.on('data', (chunk) => (text += chunk));
    socket.on('end', () => resolve(parseClaim(text)));
    socket.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ECONNREFUSED' || error.code === 'ENOENT') resolve({ kind: 'gone' });
      else if (error.code === 'ECONNRESET' || error.code === 'EPIPE') resolve('interrupted');
      else reject(error);
    });
  });
}

function parseClaim(text: string): LockAnswer {
  try {
    const { pid, name, held } = JSON.parse(text) as Partial<LockClaim>;
    if (typeof pid === 'number' && typeof name === 'string' && typeof held === 'boolean') {
      return { kind: 'claim', claim: { pid, name, held } };
    }
  } catch {
    // Not a claim: whoever listens there is not one of ours, and the directory is not free.
  }
  return { kind: 'silent' };
}
