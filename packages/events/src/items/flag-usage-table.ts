import type { BatchFacts } from './batch-facts.ts';
import type { ByteWriter } from './byte-writer.ts';
import type { ItemTable } from './item-table.ts';
import type { UsageItem } from './item.ts';

/** Reads that are not told apart lie under this name: no flag has it. */
const uncounted = { flag: '', variant: '', reason: 'UNCOUNTED' } as const;

/** How often each answer was given, by the hour. A later summary of the same id replaces an earlier one: the higher number counts. */
export const flagUsageTable: ItemTable<UsageItem> = {
  name: 'flag_usage',
  isAside: true,
  layouts: {
    1: [
      'environment_id',
      'sdk',
      'sdk_version',
      'item_id',
      'from_at',
      'last_at',
      'flag',
      'variant',
      'reason',
      'evaluations',
      'deliveries',
    ],
  },
  layout: 1,
  write(out, _, item, facts) {
    for (const { flag, variant = '', reason, count = 0, delivered = 0 } of item.flags)
      writeUse(out, facts, item, { flag, variant, reason, count, delivered });
    if (item.uncounted === 0) return item.flags.length;
    writeUse(out, facts, item, { ...uncounted, count: item.uncounted, delivered: 0 });
    return item.flags.length + 1;
  },
};

interface Use {
  readonly flag: string;
  readonly variant: string;
  readonly reason: string;
  readonly count: number;
  readonly delivered: number;
}

function writeUse(out: ByteWriter, { environmentId, sdk }: BatchFacts, { head, fromMs, toMs }: UsageItem, use: Use): void {
  out.uuid(environmentId);
  out.text(sdk.name);
  out.text(sdk.version);
  out.uuid(head.id);
  out.int64(fromMs);
  out.int64(toMs);
  out.text(use.flag);
  out.text(use.variant);
  out.text(use.reason);
  out.int64(use.count);
  out.int64(use.delivered);
}

/** When a flag was evaluated last: one row for each flag in the end, for lists of many flags. */
export const flagSeenTable: ItemTable<UsageItem> = {
  name: 'flag_seen',
  isAside: true,
  layouts: { 1: ['environment_id', 'flag', 'last_at', 'last_delivered_at'] },
  layout: 1,
  write(out, _, item, { environmentId }) {
    const flags = new Map<string, { read: boolean; delivered: boolean }>();
    for (const { flag, count = 0, delivered = 0 } of item.flags) {
      const seen = flags.get(flag) ?? { read: false, delivered: false };
      flags.set(flag, { read: seen.read || count > 0, delivered: seen.delivered || delivered > 0 });
    }
    for (const [flag, { read, delivered }] of flags) {
      out.uuid(environmentId);
      out.text(flag);
      out.int64(read ? item.toMs : 0);
      out.int64(delivered ? item.toMs : 0);
    }
    return flags.size;
  },
};
