/** Stitchd in React. */
export { StitchdProvider, type StitchdProviderProps } from './StitchdProvider.ts';
export { useStitchd } from './stitchd-context.ts';
export { useFlag, useFlagDetails, type FlagAnswer, type UseFlagOptions } from './use-flag.ts';
