import { transferLimits } from '@stitchd/events';

/** What an hour holds of an export: the hour in which the ids of its items were made. */
export interface HourOfItems {
  /** Seconds since 1970. */
  readonly hour: number;
  readonly items: number;
  readonly bytes: number;
}

/** Items that are read at a time: those of [fromHour, toHour), or one part in so many of them, by a hash of the id. */
export interface ItemSlice {
  readonly fromHour: number;
  readonly toHour: number;
  readonly part: number;
  readonly parts: number;
}

type SliceLimits = Readonly<Record<'sliceRows' | 'sliceBytes' | 'slicesPerHour', number>>;

const hourSeconds = 3_600;

/** Slices in the order of time, none of which has more than may be held in memory. */
export function planSlices(hours: readonly HourOfItems[], limits: SliceLimits = transferLimits): readonly ItemSlice[] {
  const slices: ItemSlice[] = [];
  let open: { fromHour: number; toHour: number; items: number; bytes: number } | undefined;
  const close = (): void => {
    if (open !== undefined) slices.push({ fromHour: open.fromHour, toHour: open.toHour, part: 0, parts: 1 });
    open = undefined;
  };
  for (const { hour, items, bytes } of hours.toSorted((one, other) => one.hour - other.hour)) {
    const parts = Math.ceil(Math.max(items / limits.sliceRows, bytes / limits.sliceBytes));
    if (parts > 1) {
      close();
      const count = Math.min(parts, limits.slicesPerHour);
      for (let part = 0; part < count; part++) slices.push({ fromHour: hour, toHour: hour + hourSeconds, part, parts: count });
      continue;
    }
    const isFull = open !== undefined && (open.items + items > limits.sliceRows || open.bytes + bytes > limits.sliceBytes);
    if (isFull) close();
    open = {
      fromHour: open?.fromHour ?? hour,
      toHour: hour + hourSeconds,
      items: (open?.items ?? 0) + items,
      bytes: (open?.bytes ?? 0) + bytes,
    };
  }
  close();
  return slices;
}
