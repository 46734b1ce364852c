import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { lstat, mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { errorCode } from '../guarded-call.ts';
import type { LoadedSnapshot, SnapshotStore } from '../storage/snapshot-store.ts';

/** Names the form of the file. A change that readers of it could not follow gets another name. */
const fileFormat = 'stitchd-snapshot/1';

export interface SnapshotFileOptions {
  /** Made where it is missing; several processes may share it. */
  readonly directory: string;
  /** What is kept can be read with this key alone, so that no other environment's definitions are taken for ours. */
  readonly sdkKey: string;
  readonly maxBytes: number;
  readonly abandonedMs: number;
  readonly nowMs: () => number;
}

/**
 * One file for each SDK key: a line that says what follows, then the definitions document. The line holds an HMAC-SHA256 over
 * the document by the SDK key: it finds a file that was cut off or changed, and one that another key wrote. The file can be
 * read by its owner alone.
 */
export function snapshotFile(options: SnapshotFileOptions): SnapshotStore & { readonly file: string } {
  const { directory, sdkKey } = options;
  const name = `definitions-${createHash('sha256').update(sdkKey).digest('hex').slice(0, 16)}`;
  const file = path.join(directory, `${name}.json`);
  return {
    file,
    load: () => load(file, options).catch((error: unknown) => ({ kind: 'refused', why: reasonOf(error) })),
    async save(document) {
      await mkdir(directory, { recursive: true, mode: 0o700 });
      await removeAbandoned(name, options);
      const temporary = path.join(directory, `${name}.${randomBytes(6).toString('hex')}.tmp`);
      try {
        await writeDurably(temporary, `${headerOf(document, sdkKey)}\n${document}`);
        await rename(temporary, file);
      } catch (error) {
        await rm(temporary, { force: true }).catch(() => undefined);
        throw error;
      }
      await syncDirectory(directory);
    },
  };
}

function macOf(document: string | Buffer, sdkKey: string): Buffer {
  return createHmac('sha256', sdkKey).update(`${fileFormat}\n`).update(document).digest();
}

function headerOf(document: string, sdkKey: string): string {
  return JSON.stringify({
    format: fileFormat,
    bytes: Buffer.byteLength(document),
    mac: macOf(document, sdkKey).toString('hex'),
  });
}

async function load(file: string, { sdkKey, maxBytes }: SnapshotFileOptions): Promise<LoadedSnapshot> {
  const found = await lstat(file).catch((error: unknown) => {
    if (isMissing(error)) return undefined;
    throw error;
  });
  if (found === undefined) return { kind: 'none' };
  if (!found.isFile()) return { kind: 'refused', why: 'it is no file' };
  if (found.size > maxBytes) return { kind: 'refused', why: `it has ${found.size} bytes, more than ${maxBytes}` };
  const content = await readFile(file);
  const end = content.indexOf('\n');
  const header = readHeader(content.subarray(0, Math.max(0, end)).toString());
  if (header === undefined) return { kind: 'refused', why: 'it is no file of this SDK' };
  if (header.format !== fileFormat) return { kind: 'refused', why: `its format is ${header.format}, not ${fileFormat}` };
  const document = content.subarray(end + 1);
  if (document.length !== header.bytes) return { kind: 'refused', why: `it has ${document.length} of ${header.bytes} bytes` };
  const mac = Buffer.from(header.mac, 'hex');
  const expected = macOf(document, sdkKey);
  if (mac.length !== expected.length || !timingSafeEqual(mac, expected))
    return { kind: 'refused', why: 'it was changed, or written with another SDK key' };
  return { kind: 'ok', document: document.toString() };
}

function readHeader(line: string): { format: string; bytes: number; mac: string } | undefined {
  try {
    const { format, bytes, mac } = JSON.parse(line) as Record<string, unknown>;
    if (typeof format !== 'string' || !format.startsWith('stitchd-snapshot/')) return undefined;
    return { format, bytes: Number(bytes), mac: String(mac) };
  } catch {
    return undefined;
  }
}

/** On disk, and not merely on its way there. */
async function writeDurably(file: string, content: string): Promise<void> {
  // `wx`: never through a link that somebody else put there.
  const handle = await open(file, 'wx', 0o600);
  try {
    await handle.writeFile(content);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Makes the new name last; some file systems can't, and keep it all the same. */
async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, 'r').catch(() => undefined);
  await handle?.sync().catch(() => undefined);
  await handle?.close().catch(() => undefined);
}

/** Removes what processes that died in the middle of a write left behind. */
async function removeAbandoned(name: string, { directory, abandonedMs, nowMs }: SnapshotFileOptions): Promise<void> {
  const entries = await readdir(directory);
  const temporary = entries.filter((entry) => entry.startsWith(`${name}.`) && entry.endsWith('.tmp'));
  for (const entry of temporary) {
    const file = path.join(directory, entry);
    const found = await stat(file).catch(() => undefined);
    if (found !== undefined && nowMs() - found.mtimeMs > abandonedMs) await rm(file, { force: true }).catch(() => undefined);
  }
}

function isMissing(error: unknown): boolean {
  return ['ENOENT', 'ENOTDIR'].includes(String(errorCode(error)));
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
