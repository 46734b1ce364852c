import type { Selectable } from 'kysely';
import type { FlagConfiguration, FlagType, FlagVariant } from '@stitchd/core';
import type { FlagBinding, FlagConfiguration as ConfigurationColumns, FlagFlag } from '../gen/schema.ts';

export const flagPurposes = ['release', 'experiment', 'operations', 'permission', 'configuration'] as const;

/** Why a flag exists. */
export type FlagPurpose = (typeof flagPurposes)[number];

/** A variant with what people are told of it. */
export interface StoredVariant extends FlagVariant {
  readonly name: string;
  readonly description: string;
}

/** A flag of a project. */
export type FlagRow = Omit<Selectable<FlagFlag>, 'type' | 'purpose' | 'variants'> & {
  readonly type: FlagType;
  readonly purpose: FlagPurpose;
  readonly variants: readonly StoredVariant[];
};

/** What decides a flag in one environment besides being enabled, without the stamps of running iterations. */
export type ConfigurationDocument = Omit<FlagConfiguration, 'enabled'>;

/** A flag's behaviour in one environment. */
export type ConfigurationRow = Omit<Selectable<ConfigurationColumns>, 'document'> & {
  readonly document: ConfigurationDocument;
};

/** An iteration that runs, or ran, on a flag in one environment. */
export type BindingRow = Selectable<FlagBinding>;

/** The columns hold nothing else: checks and this module's writers see to it. */
export function flagRow(row: Selectable<FlagFlag>): FlagRow {
  return row as unknown as FlagRow;
}

export function configurationRow(row: Selectable<ConfigurationColumns>): ConfigurationRow {
  return row as unknown as ConfigurationRow;
}
