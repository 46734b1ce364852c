export { overridesVariable } from './node/open-local-overrides.ts';
export type { StitchdOptions } from './options.ts';
export * from './shared-exports.ts';
export { Stitchd } from './stitchd.ts';
