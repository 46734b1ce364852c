import { eventValueProblem, type CompiledDefinitions } from '@stitchd/core';
import { sdkLimits } from '../sdk-limits.ts';
import type { SdkLogger } from '../sdk-logger.ts';

/** How an event that was tracked differs from its definition. */
const eventMisfits = ['undefinedEvent', 'archivedEvent', 'wrongValue', 'missingContext'] as const;

/**
 * - `undefinedEvent`: no event of the project has this key; the server keeps it aside, or refuses it where it is strict
 * - `archivedEvent`: the event is archived; the server refuses it
 * - `wrongValue`: the value is not of the type that the event is defined with; it is not sent
 * - `missingContext`: a context kind that the event needs is missing; the server refuses it
 */
export type EventMisfit = (typeof eventMisfits)[number];

/** Compares events with the definitions that are held, at the call: where somebody sees which line it was. */
export interface EventChecks {
  /**
   * Names an event that does not fit, once for each event and misfit. What a newer definition may allow is sent all the same,
   * and the server decides; the type of a value never changes.
   * @returns whether it is worth sending
   */
  readonly check: (eventKey: string, value: unknown, kinds: Readonly<Record<string, unknown>>) => boolean;
  readonly counts: () => Readonly<Record<EventMisfit, number>>;
}

export function createEventChecks(options: {
  readonly compiled: () => CompiledDefinitions | undefined;
  readonly logger: SdkLogger;
}): EventChecks {
  const counts = Object.fromEntries(eventMisfits.map((misfit) => [misfit, 0])) as Record<EventMisfit, number>;
  const told = new Set<string>();
  const note = (misfit: EventMisfit, eventKey: string, what: string): void => {
    counts[misfit]++;
    const name = `${misfit} ${eventKey}`;
    if (told.has(name) || told.size >= sdkLimits.maxNotedEvents) return;
    told.add(name);
    options.logger.warn(`event ${eventKey} ${what}`);
  };
  return {
    check(eventKey, value, kinds) {
      const definitions = options.compiled();
      // Nothing is held yet, or the project has no events: then the server is the first to know.
      if (definitions === undefined || definitions.events.size === 0) return true;
      const event = definitions.events.get(eventKey);
      if (event === undefined) {
        const isStrict = definitions.eventSettings.strict;
        note('undefinedEvent', eventKey, `is not defined; the server ${isStrict ? 'refuses it' : 'keeps it aside for 7 days'}`);
        return true;
      }
      if (event.archived) note('archivedEvent', eventKey, 'is archived; the server refuses it');
      const missing = event.requiredContexts.find((kind) => !Object.hasOwn(kinds, kind));
      if (missing !== undefined) note('missingContext', eventKey, `needs the context kind ${missing}; the server refuses it`);
      const wrongValue = event.valueType && eventValueProblem(event.valueType, value);
      if (wrongValue !== undefined) note('wrongValue', eventKey, `${wrongValue}; it is not sent`);
      return wrongValue === undefined;
    },
    counts: () => ({ ...counts }),
  };
}
