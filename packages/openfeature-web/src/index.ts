export { StitchdWebProvider, type StitchdWebProviderOptions } from './stitchd-web-provider.ts';
