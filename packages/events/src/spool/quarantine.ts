import { mkdir, readdir, rename, stat } from 'node:fs/promises';
import path from 'node:path';
import { encodeFrame, type Frame } from './frame.ts';
import { encodeSegmentHead, segmentSuffix, syncDirectory, writeDurably } from './segment.ts';

/** The files of all replicas of a volume that a person has to look at. Each is a whole segment. */
export interface Quarantine {
  readonly files: number;
  readonly bytes: number;
  /** Looks at what is there: operators and other replicas put files there, and take them away. */
  readonly recount: () => Promise<void>;
  /** Writes a batch that the event store can't take. */
  readonly keepFrame: (
    segment: { readonly name: string; readonly beganAtMs: number },
    index: number,
    frame: Frame,
  ) => Promise<void>;
  /** Moves the file of a damaged segment here, which needs no room and leaves no moment without the file. @returns where it is */
  readonly moveIn: (segment: { readonly name: string; readonly file: string }) => Promise<string>;
}

const directoryName = 'quarantine';

/** @param root - the directory of the spools of all replicas */
export async function openQuarantine(root: string): Promise<Quarantine> {
  const directory = path.join(root, directoryName);
  await mkdir(directory, { recursive: true, mode: 0o700 });
  let sizes = await sizesIn(directory);
  const recount = async (): Promise<void> => {
    sizes = await sizesIn(directory);
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
      const file = path.join(directory, nameOf(name, String(index)));
      await writeDurably(file, [encodeSegmentHead(beganAtMs), encodeFrame(frame)]);
      await recount();
    },
    async moveIn({ name, file }) {
      // Another name: where a mended file is given back, its inserts must not have the tokens of those that were made.
      const aside = path.join(directory, nameOf(name, 'damaged'));
      await rename(file, aside);
      await syncDirectory(directory);
      await recount();
      return aside;
    },
  };
}

/** What is taken away meanwhile is left out. */
async function sizesIn(directory: string): Promise<readonly number[]> {
  const sizes = await Promise.all((await readdir(directory)).map((name) => sizeOf(path.join(directory, name))));
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
