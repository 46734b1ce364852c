import { rawItems } from './0001-raw-items.ts';
import { unitsInOrder } from './0002-units-in-order.ts';
import { quarantinedEvents } from './0003-quarantined-events.ts';
import { usage } from './0007-usage.ts';
import { derivedUnits } from './0009-derived-units.ts';
import { rejectedItems } from './0027-rejected-items.ts';
import { unitSlots } from './0030-unit-slots.ts';
import { coveringHoldouts } from './0032-covering-holdouts.ts';
import { rolledUpUsage } from './0041-rolled-up-usage.ts';
import { firstStoredCopy } from './0042-first-stored-copy.ts';
import { deliveredExposures } from './0043-delivered-exposures.ts';
import type { EventStoreMigration } from './migration.ts';

/** Every step of the event store's schema, in order. */
export const eventStoreMigrations: readonly EventStoreMigration[] = [
  rawItems,
  unitsInOrder,
  quarantinedEvents,
  usage,
  derivedUnits,
  rejectedItems,
  unitSlots,
  coveringHoldouts,
  rolledUpUsage,
  firstStoredCopy,
  deliveredExposures,
];
