import { open, rm, type FileHandle } from 'node:fs/promises';
import { encodeSegmentHead, segmentHeadBytes, syncDirectory } from './segment.ts';
import path from 'node:path';

/** The segment that batches are appended to. */
export interface SegmentWriter {
  readonly file: string;
  readonly beganAtMs: number;
  /** What is durable. */
  readonly bytes: number;
  /**
   * Appends and waits until it is on disk. After an error nothing of it counts: the segment is cut back to what was durable,
   * and should be closed.
   */
  readonly append: (frames: readonly Uint8Array[]) => Promise<void>;
  readonly close: () => Promise<void>;
}

export async function beginSegment(file: string, nowMs: number): Promise<SegmentWriter> {
  const handle = await open(file, 'wx', 0o600);
  try {
    await handle.write(encodeSegmentHead(nowMs));
    await syncDirectory(path.dirname(file));
  } catch (error) {
    await handle.close();
    // On a full disk each attempt would leave an empty file.
    await rm(file, { force: true }).catch(() => undefined);
    throw error;
  }
  return writerOf(file, handle, nowMs);
}

function writerOf(file: string, handle: FileHandle, beganAtMs: number): SegmentWriter {
  let bytes = segmentHeadBytes;
  return {
    file,
    beganAtMs,
    get bytes() {
      return bytes;
    },
    async append(frames) {
      const length = frames.reduce((sum, frame) => sum + frame.length, 0);
      try {
        await writeAll(handle, frames, length, bytes);
        await handle.datasync();
        bytes += length;
      } catch (error) {
        await handle.truncate(bytes).catch(() => undefined);
        throw error;
      }
    },
    close: () => handle.close(),
  };
}

async function writeAll(handle: FileHandle, frames: readonly Uint8Array[], length: number, position: number): Promise<void> {
  const { bytesWritten } = await handle.writev([...frames], position);
  if (bytesWritten === length) return;
  // A short write: a disk that is filling up, or a signal. The rest in one piece.
  const rest = Buffer.concat(frames).subarray(bytesWritten);
  for (let done = 0; done < rest.length;) {
    const more = await handle.write(rest, done, rest.length - done, position + bytesWritten + done);
    done += more.bytesWritten;
  }
}
