import { mkdir, readdir, rename, stat } from 'node:fs/promises';
import path from 'node:path';
import { encodeFrame, type Frame } from './frame.ts';
import type { EventLog } from './item-sink.ts';
import { encodeSegmentHead, segmentSuffix, syncDirectory, writeDurably } from './segment.ts';

/** The files of all replicas of a volume that a person has to look at. Each is a whole segment. */
export interface Quarantine {
  readonly files: number;
  readonly bytes: number;
  /** Looks at what is there: operators and other replicas put files there, and take them away. Never fails: it logs. */
  readonly recount: () => Promise<void>;
  /** Writes a batch that the event store can't take. */
  readonly keepFrame: (
    segment: { readonly name: string; readonly beganAtMs: number },
    index: number,
    frame: Frame,
  ) => Promise<void>;
  /**
   * Moves the file of a damaged segment here, which needs no room and leaves no moment without the file. It only fails where the
   * file has not moved. @returns where it is
   */
  readonly moveIn: (segment: { readonly name: string; readonly file: string }) => Promise<string>;
}

const directoryName = 'quarantine';

/** @param root - the directory of the spools of all replicas */
export async function openQuarantine(root: string, log: EventLog): Promise<Quarantine> {
  const directory = path.join(root, directoryName);
  // Before each use: operators remove the whole directory, too.
  const ensureDirectory = async (): Promise<void> => {
    const made = await mkdir(directory, { recursive: true, mode: 0o700 });
    if (made !== undefined) await syncDirectory(root);
  };
  await ensureDirectory();
  let sizes = await sizesIn(directory);
  const recount = async (): Promise<void> => {
    try {
      sizes = await sizesIn(directory);
    } catch (error) {
      log.error({ err: error, directory }, 'the quarantine of the spool could not be looked at; its figures are old');
    }
  };
  const nameOf = (segmentName: string, end: string) => `${segmentName.slice(0, -segmentSuffix.length)}-${end}${segmentSuffix}`;
  return {
    get files() {
      return sizes.length;
    },
    get bytes() {
      return sizes.reduce((sum, size) => sum + size, 0);
    },
    recount,
    async keepFrame({ name, beganAtMs }, index, frame) {
      await ensureDirectory();
      const file = path.join(directory, nameOf(name, String(index)));
      await writeDurably(file, [encodeSegmentHead(beganAtMs), encodeFrame(frame)]);
      await recount();
    },
    async moveIn({ name, file }) {
      await ensureDirectory();
      // Another name: where a mended file is given back, its inserts must not have the tokens of those that were made.
      const aside = await freeName((end) => path.join(directory, nameOf(name, end)));
      await rename(file, aside);
      await syncDirectory(directory).catch((error: unknown) =>
        log.error({ err: error, file: aside }, 'a file that went into quarantine could not be synced'),
      );
      await recount();
      return aside;
    },
  };
}

/** Renaming would replace a file that is there. Nobody else takes the name meanwhile: one replica alone has the segment. */
async function freeName(fileFor: (end: string) => string): Promise<string> {
  for (let count = 1; ; count++) {
    const file = fileFor(count === 1 ? 'damaged' : `damaged-${count}`);
    if ((await sizeOf(file)) === undefined) return file;
  }
}

/** What is taken away meanwhile is left out; a directory that is gone is empty. */
async function sizesIn(directory: string): Promise<readonly number[]> {
  const names = await readdir(directory).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  const sizes = await Promise.all(names.map((name) => sizeOf(path.join(directory, name))));
  return sizes.filter((size) => size !== undefined);
}

async function sizeOf(file: string): Promise<number | undefined> {
  try {
    return (await stat(file)).size;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
