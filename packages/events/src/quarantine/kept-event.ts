import type { JsonObject } from '../items/checked-item.ts';
import { eventRejection } from '../items/check-event.ts';
import type { EventRule } from '../items/item-rules.ts';
import type { QuarantinedEventItem } from '../items/item.ts';

/** An event of the quarantine, as the event store answers it. */
export interface KeptEvent {
  readonly id: string;
  readonly event: string;
  readonly atMs: number;
  readonly skewMs: number;
  readonly acceptedAtMs: number;
  /** By context kind: its key. */
  readonly units: Readonly<Record<string, string>>;
  readonly sdk: string;
  readonly sdkVersion: string;
  readonly valueKind: QuarantinedEventItem['valueKind'];
  readonly value: number;
  /** JSON, or empty. */
  readonly properties: string;
  /** Why its definition refused it when it was last looked at; empty where it was not. */
  readonly problem: string;
}

/** The value as it was sent. */
export function sentValue({ valueKind, value }: Pick<KeptEvent, 'valueKind' | 'value'>): number | boolean | undefined {
  switch (valueKind) {
    case 'none':
      return undefined;
    case 'boolean':
      return value === 1;
    case 'number':
      return value;
  }
}

/** Why an event that was kept aside does not fit a definition that there is now; undefined where it does. */
export function keptEventProblem(rule: EventRule, kept: KeptEvent): string | undefined {
  const properties = kept.properties === '' ? undefined : (JSON.parse(kept.properties) as JsonObject);
  const found = { head: { context: kept.units }, key: kept.event, value: sentValue(kept), properties };
  return eventRejection(rule, found)?.message;
}
