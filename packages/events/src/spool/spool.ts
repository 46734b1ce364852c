import { rm } from 'node:fs/promises';
import path from 'node:path';
import { rowsOf, type EncodedItems } from '../items/encoded-items.ts';
import { encodeFrame, type Frame } from './frame.ts';
import type { AppendOutcome, EventLog, ItemSink } from './item-sink.ts';
import { openReplicaDirectory, type ReplicaDirectory } from './replica-directory.ts';
import { isNoRoom, tryWriting } from './disk-trouble.ts';
import { openQuarantine, type Quarantine } from './quarantine.ts';
import { beginSegment, type SegmentWriter } from './segment-writer.ts';
import { readSegment, segmentHeadBytes, segmentSuffix, type SegmentContent } from './segment.ts';
import { spoolLimits } from './spool-limits.ts';
import { WaitingCounts, waitingIn } from './waiting-counts.ts';

/** A closed segment: it never changes, and is deleted when all of it is in the event store. */
export interface SealedSegment {
  /** Unique for ever: the tokens of its inserts come from it. */
  readonly name: string;
  readonly file: string;
  readonly bytes: number;
  readonly beganAtMs: number;
  readonly waiting: WaitingCounts;
}

export interface SpoolState {
  readonly bytes: number;
  readonly totalBytes: number;
  readonly quarantinedBytes: number;
  /** Files in quarantine: batches that the event store could not take, and damaged segments. */
  readonly quarantinedFiles: number;
  /** Segments that are kept and not shipped, since another program version wrote them or nothing says what they are. */
  readonly unreadableSegments: number;
  /** When the oldest batch that waits was begun; undefined where none waits. */
  readonly oldestAtMs: number | undefined;
  readonly waitingItems: number;
  /** Why the disk did not take the last batch; undefined: it took it. */
  readonly trouble: string | undefined;
}

/**
 * Accepted batches on disk until they are in the event store. A batch is acknowledged when it has been synced; concurrent
 * batches share a sync.
 */
export interface Spool extends ItemSink {
  readonly state: () => SpoolState;
  /** Items of one environment that wait here. */
  readonly waitingOf: (environmentId: string) => number;
  /** Whether a segment with batches is being written. */
  readonly isOpen: () => boolean;
  /** Closes the segment that is being written, if there is anything in it, so that it can be shipped. */
  readonly seal: () => Promise<void>;
  /** Closed segments, oldest first. */
  readonly sealed: () => readonly SealedSegment[];
  readonly remove: (segment: SealedSegment) => Promise<void>;
  /** In place of `remove`, of a segment that can't be read to its end: its file goes into quarantine. @returns where it is */
  readonly putAside: (segment: SealedSegment) => Promise<string>;
  /** Puts a batch that the event store can't take aside, for a person to look at. */
  readonly quarantine: (segment: SealedSegment, index: number, frame: Frame) => Promise<void>;
  /** Takes over what replicas that are gone have left. */
  readonly adopt: () => Promise<void>;
  /** Tries the disk where it did not take the last batch, so that the trouble ends without a batch. */
  readonly tryDisk: () => Promise<void>;
  /** Calls back after each stored batch. */
  readonly onStored: (listener: () => void) => void;
  /** Writes what is under way, and lets the directory go; what has not been shipped waits for the next start. */
  readonly close: () => Promise<void>;
}

export interface SpoolOptions {
  /** The spools of all replicas on this volume. */
  readonly directory: string;
  /** A name that nobody else has, such as a UUID. */
  readonly replicaId: string;
  readonly nowMs: () => number;
  readonly log: EventLog;
  readonly totalBytes?: number;
  readonly segmentBytes?: number;
}

/** Opens a spool of its own for this replica, and adopts the ones that are left over. */
export async function openSpool(options: SpoolOptions): Promise<Spool> {
  const quarantine = await openQuarantine(options.directory, options.log);
  const replica = await openReplicaDirectory(options.directory, options.replicaId);
  const spool = new DiskSpool(options, replica, quarantine);
  await spool.adopt();
  return spool;
}

interface Waiting {
  readonly frame: Uint8Array;
  readonly items: EncodedItems;
  readonly resolve: (outcome: AppendOutcome) => void;
}

/** What a batch may take: it may begin a segment of its own. */
function roomFor(frame: Uint8Array): number {
  return segmentHeadBytes + frame.length;
}

class DiskSpool implements Spool {
  readonly #options: SpoolOptions;
  readonly #replica: ReplicaDirectory;
  readonly #quarantine: Quarantine;
  readonly #totalBytes: number;
  readonly #segmentBytes: number;
  readonly #waiting = new WaitingCounts();
  readonly #sealed = new Map<string, SealedSegment>();
  readonly #listeners: (() => void)[] = [];
  #active: { readonly name: string; readonly writer: SegmentWriter; readonly waiting: WaitingCounts } | undefined;
  #queue: Waiting[] = [];
  #queuedBytes = 0;
  #sealedBytes = 0;
  readonly #unreadable = new Set<string>();
  #segments = 0;
  /** Whoever waits for the open segment to be closed. */
  #sealers: (() => void)[] = [];
  #trouble: string | undefined;
  #isWriting = false;
  #writing: Promise<void> = Promise.resolve();

  constructor(options: SpoolOptions, replica: ReplicaDirectory, quarantine: Quarantine) {
    this.#options = options;
    this.#replica = replica;
    this.#quarantine = quarantine;
    this.#totalBytes = options.totalBytes ?? spoolLimits.totalBytes;
    this.#segmentBytes = options.segmentBytes ?? spoolLimits.segmentBytes;
  }

  append(items: EncodedItems): Promise<AppendOutcome> {
    const frame = encodeFrame(items);
    const room = roomFor(frame);
    if (this.#bytes() + this.#queuedBytes + room > this.#totalBytes) return Promise.resolve('full');
    return new Promise((resolve) => {
      this.#queue.push({ frame, items, resolve });
      this.#queuedBytes += room;
      this.#write();
    });
  }

  state(): SpoolState {
    const began = [...this.#sealed.values(), ...(this.#active === undefined ? [] : [this.#active.writer])];
    return {
      bytes: this.#bytes(),
      totalBytes: this.#totalBytes,
      quarantinedBytes: this.#quarantine.bytes,
      quarantinedFiles: this.#quarantine.files,
      unreadableSegments: this.#unreadable.size,
      // Those that were taken over come after the own ones, and are older.
      oldestAtMs: began.reduce<number | undefined>(
        (oldest, { beganAtMs }) => Math.min(oldest ?? beganAtMs, beganAtMs),
        undefined,
      ),
      waitingItems: this.#waiting.total,
      trouble: this.#trouble,
    };
  }

  waitingOf(environmentId: string): number {
    return this.#waiting.of(environmentId);
  }

  isOpen(): boolean {
    return this.#active !== undefined;
  }

  seal(): Promise<void> {
    return new Promise((resolve) => {
      this.#sealers.push(resolve);
      this.#write();
    });
  }

  sealed(): readonly SealedSegment[] {
    return [...this.#sealed.values()];
  }

  async remove(segment: SealedSegment): Promise<void> {
    await rm(segment.file, { force: true });
    this.#forget(segment);
  }

  async putAside(segment: SealedSegment): Promise<string> {
    const aside = await this.#quarantine.moveIn(segment);
    this.#forget(segment);
    return aside;
  }

  quarantine(segment: SealedSegment, index: number, frame: Frame): Promise<void> {
    return this.#quarantine.keepFrame(segment, index, frame);
  }

  async adopt(): Promise<void> {
    await this.#quarantine.recount();
    for (const name of (await this.#replica.adopt()).toSorted()) {
      await this.#takeOver(name).catch((error: unknown) => {
        this.#unreadable.add(name);
        this.#options.log.error({ err: error, name }, 'a segment that was left in the spool could not be read; it is kept');
      });
    }
  }

  async tryDisk(): Promise<void> {
    if (this.#trouble === undefined) return;
    const failure = await tryWriting(this.#replica.directory);
    if (failure === undefined) this.#recover();
  }

  onStored(listener: () => void): void {
    this.#listeners.push(listener);
  }

  async close(): Promise<void> {
    await this.seal();
    await this.#writing;
    await this.#replica.release();
  }

  #bytes(): number {
    return this.#sealedBytes + (this.#active?.writer.bytes ?? 0) + this.#quarantine.bytes;
  }

  /** One writer at a time; whoever comes meanwhile is in its next round. */
  #write(): void {
    if (this.#isWriting) return;
    this.#isWriting = true;
    this.#writing = this.#writeAll();
  }

  async #writeAll(): Promise<void> {
    while (this.#queue.length > 0 || this.#sealers.length > 0) {
      const sealers = this.#sealers.splice(0);
      if (sealers.length > 0) await this.#closeActive();
      for (const resolve of sealers) resolve();
      if (this.#queue.length === 0) continue;
      await this.#writeGroup(this.#nextGroup());
      if ((this.#active?.writer.bytes ?? 0) >= this.#segmentBytes) await this.#closeActive();
    }
    // In the same step as the last look: nobody can come in between and be left waiting.
    this.#isWriting = false;
  }

  /** As many batches as fit a segment, at least one. */
  #nextGroup(): readonly Waiting[] {
    let bytes = this.#active?.writer.bytes ?? 0;
    let count = 0;
    do {
      bytes += this.#queue[count]?.frame.length ?? 0;
      count++;
    } while (count < this.#queue.length && bytes < this.#segmentBytes);
    return this.#queue.splice(0, count);
  }

  async #writeGroup(group: readonly Waiting[]): Promise<void> {
    const room = group.reduce((sum, { frame }) => sum + roomFor(frame), 0);
    try {
      this.#active ??= await this.#begin();
      await this.#active.writer.append(group.map(({ frame }) => frame));
      for (const { items } of group) {
        const count = rowsOf(items);
        this.#active.waiting.add(items.environmentId, count);
        this.#waiting.add(items.environmentId, count);
      }
      this.#queuedBytes -= room;
      this.#recover();
      for (const { resolve } of group) resolve('stored');
      for (const listener of this.#listeners) listener();
    } catch (error) {
      this.#queuedBytes -= room;
      this.#fail(error);
      for (const { resolve } of group) resolve(isNoRoom(error) ? 'disk-full' : 'failed');
      // After a failed sync nobody knows what is on disk: the next batch begins a new file.
      await this.#closeActive();
    }
  }

  /** Said once, however many batches fail by it. */
  #fail(error: unknown): void {
    const reason = (error as Error).message;
    if (this.#trouble === undefined)
      this.#options.log.error({ err: error, directory: this.#replica.directory }, 'the spool can not be written');
    this.#trouble = reason;
  }

  #recover(): void {
    if (this.#trouble !== undefined)
      this.#options.log.info({ directory: this.#replica.directory }, 'the spool can be written again');
    this.#trouble = undefined;
  }

  async #begin() {
    const name = `${this.#replica.id}-${String(++this.#segments).padStart(8, '0')}${segmentSuffix}`;
    const writer = await beginSegment(path.join(this.#replica.directory, name), this.#options.nowMs());
    return { name, writer, waiting: new WaitingCounts() };
  }

  async #closeActive(): Promise<void> {
    const active = this.#active;
    if (active === undefined) return;
    this.#active = undefined;
    const { file, bytes, beganAtMs } = active.writer;
    // In one step, so that its bytes are counted at every moment. What it holds is on disk already.
    this.#addSealed({ name: active.name, file, bytes, beganAtMs, waiting: active.waiting });
    await active.writer
      .close()
      .catch((error: unknown) => this.#options.log.error({ err: error }, 'a segment could not be closed'));
  }

  #addSealed(segment: SealedSegment): void {
    this.#sealed.set(segment.name, segment);
    this.#sealedBytes += segment.bytes;
  }

  #forget(segment: SealedSegment): void {
    if (!this.#sealed.delete(segment.name)) return;
    this.#sealedBytes -= segment.bytes;
    this.#waiting.subtractAll(segment.waiting);
  }

  async #takeOver(name: string): Promise<void> {
    const { log } = this.#options;
    const file = path.join(this.#replica.directory, name);
    const reading = await readSegment(file);
    if (reading.kind === 'unreadable') {
      this.#unreadable.add(name);
      log.error(
        { file },
        'a segment of the spool was written by another program version, or nothing says what it is; it is kept and not shipped',
      );
      return;
    }
    const { frames, bytes, tornBytes, unreadBytes, beganAtMs } = reading.content;
    if (frames.length === 0) return this.#takeOverEmpty(name, file, reading.content);
    if (unreadBytes > 0)
      log.error(
        { file, unreadBytes },
        'a segment of the spool is damaged; what can be read is shipped, and then its file goes into quarantine',
      );
    const waiting = waitingIn(frames);
    this.#waiting.addAll(waiting);
    this.#addSealed({ name, file, bytes, beganAtMs, waiting });
    log.info({ file, items: waiting.total, tornBytes }, 'took over a segment that was left in the spool');
    for (const listener of this.#listeners) listener();
  }

  async #takeOverEmpty(name: string, file: string, { tornBytes, unreadBytes }: SegmentContent): Promise<void> {
    const { log } = this.#options;
    if (unreadBytes > 0) {
      const aside = await this.#quarantine.moveIn({ name, file });
      log.error(
        { file: aside, unreadBytes },
        'a segment of the spool is damaged, and nothing of it can be read; it is in quarantine',
      );
      return;
    }
    log.info({ file, tornBytes }, 'a segment was left in the spool before its first batch was stored; it is removed');
    await rm(file, { force: true });
  }
}
