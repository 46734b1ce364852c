export { overridesVariable } from '@stitchd/sdk';
export { allServices } from './all-services.ts';
export { commandSettings } from './command-settings.ts';
export { startTogether, type Product } from './together.ts';
