import { constants, type Dirent } from 'node:fs';
import { mkdir, open, readdir, rename, rm, rmdir, type FileHandle } from 'node:fs/promises';
import { createConnection, createServer, type Server } from 'node:net';
import path from 'node:path';
import { segmentSuffix, syncDirectory } from './segment.ts';

/**
 * The directory of one replica's segments. It is visible under its final name only while the socket in it is listened to, its
 * name is never used again, and whoever finds the socket dead takes the directory over by renaming it, which only one can do:
 * so no lock can be stale, and no two replicas have the same segments.
 */
export interface ReplicaDirectory {
  readonly id: string;
  readonly directory: string;
  /** Moves the segments of replicas that are gone into this directory, and names the files. */
  readonly adopt: () => Promise<readonly string[]>;
  /** Lets go: what is left will be adopted. */
  readonly release: () => Promise<void>;
}

const socketName = 'alive';
const replicasName = 'replicas';

/** @param id - a name that nobody else has */
export async function openReplicaDirectory(root: string, id: string): Promise<ReplicaDirectory> {
  const replicas = path.join(root, replicasName);
  await mkdir(replicas, { recursive: true, mode: 0o700 });
  const starting = path.join(root, `starting-${id}`);
  await mkdir(starting, { mode: 0o700 });
  const handle = await open(starting, constants.O_RDONLY);
  const server = await listenAlive(shortPath(handle, starting));
  const directory = path.join(replicas, id);
  await rename(starting, directory);
  await syncDirectory(replicas);
  return {
    id,
    directory,
    adopt: () => adoptDead(root, directory),
    async release() {
      await new Promise((resolve) => server.close(resolve));
      await handle.close();
      await rm(path.join(directory, socketName), { force: true });
      // Only an empty directory goes: segments stay for whoever comes next.
      await rmdir(directory).catch(() => undefined);
    },
  };
}

async function adoptDead(root: string, own: string): Promise<readonly string[]> {
  const replicas = path.join(root, replicasName);
  const adopted: string[] = [];
  for (const name of await directoriesIn(replicas)) {
    const directory = path.join(replicas, name);
    if (directory === own || (await isAlive(directory))) continue;
    const taken = path.join(own, `adopted-${name}`);
    const isOurs = await rename(directory, taken).then(
      () => true,
      () => false, // Another replica was faster.
    );
    if (isOurs) adopted.push(...(await moveSegments(taken, own)));
  }
  if (adopted.length > 0) await syncDirectory(own);
  return adopted;
}

/**
 * Segments have names that are unique everywhere, so that they can be moved without looking at each other. A former adoption
 * that was cut short is a directory in the directory.
 */
async function moveSegments(from: string, to: string): Promise<string[]> {
  const moved: string[] = [];
  for (const entry of await entriesOf(from)) {
    const source = path.join(from, entry.name);
    if (entry.isDirectory()) moved.push(...(await moveSegments(source, to)));
    else if (entry.name.endsWith(segmentSuffix)) {
      await rename(source, path.join(to, entry.name));
      moved.push(entry.name);
    }
  }
  await rm(from, { recursive: true, force: true });
  return moved;
}

async function entriesOf(directory: string): Promise<readonly Dirent[]> {
  return readdir(directory, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
}

async function directoriesIn(directory: string): Promise<readonly string[]> {
  return (await entriesOf(directory)).filter((entry) => entry.isDirectory()).map(({ name }) => name);
}

/** A Unix socket's path holds about a hundred bytes; Linux can name it through the open directory instead. */
function shortPath(handle: FileHandle, directory: string): string {
  return process.platform === 'linux' ? `/proc/self/fd/${handle.fd}/${socketName}` : path.join(directory, socketName);
}

async function listenAlive(socketPath: string): Promise<Server> {
  const server = createServer((socket) => socket.destroy());
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(socketPath, resolve);
  });
  server.unref();
  return server;
}

/** Only a socket that nobody listens to, or none at all, means that the replica is gone. */
async function isAlive(directory: string): Promise<boolean> {
  const handle = await open(directory, constants.O_RDONLY).catch(() => undefined);
  // Taken over or removed meanwhile.
  if (handle === undefined) return true;
  try {
    return await new Promise<boolean>((resolve) => {
      const socket = createConnection(shortPath(handle, directory));
      socket.once('connect', () => {
        socket.destroy();
        resolve(true);
      });
      socket.once('error', ({ code }: NodeJS.ErrnoException) => resolve(code !== 'ECONNREFUSED' && code !== 'ENOENT'));
    });
  } finally {
    await handle.close();
  }
}
