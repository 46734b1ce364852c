export { createBound as create } from './stitchd-sdk.mjs';
