import { isDeepStrictEqual } from 'node:util';
import { insertBindingEvent, type BindingEvent, type BindingRow, type ConfigurationDocument } from '@stitchd/db/flag';
import type { Tx } from '@stitchd/db/postgres';

interface State {
  readonly enabled: boolean;
  readonly document: ConfigurationDocument;
}

const parts = ['offVariant', 'prerequisites', 'targets', 'rules', 'defaultServe'] as const;

/** Tells every running iteration what happens to its flag: results say so, since what units see may differ from then on. */
export async function recordFlagChange(
  tx: Tx,
  { running, configuration: before }: { readonly running: readonly BindingRow[]; readonly configuration: State },
  after: State,
): Promise<void> {
  const changed = parts.filter((part) => !isDeepStrictEqual(before.document[part], after.document[part]));
  const events: readonly BindingEvent[] = [
    ...(before.enabled === after.enabled ? [] : [{ kind: after.enabled ? ('enabled' as const) : ('disabled' as const) }]),
    ...(changed.length === 0 ? [] : [{ kind: 'configured' as const, parts: changed }]),
  ];
  for (const binding of running) for (const event of events) await insertBindingEvent(tx, binding, event);
}
