export { StitchdProvider, type StitchdProviderOptions } from './stitchd-provider.ts';
