export const eventValueTypes = ['none', 'boolean', 'integer', 'double'] as const;

/** What an event carries as its value; a boolean counts as 1 or 0. */
export type EventValueType = (typeof eventValueTypes)[number];

/** An event definition as SDKs get it: what a line of code can have wrong. */
export interface EventDefinitionBody {
  readonly key: string;
  readonly valueType: EventValueType;
  /** Context kinds that it needs. */
  readonly requiredContexts: readonly string[];
  /** Its events are refused. */
  readonly archived: boolean;
}
