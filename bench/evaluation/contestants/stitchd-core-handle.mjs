import { createContextHandle } from '@stitchd/core';
import { create as createPlain } from './stitchd-core.mjs';

export function create() {
  return {
    ...createPlain(),
    /** @param {import('../workload.mjs').User} user */
    contextOf: ({ key, ...attributes }) => createContextHandle({ targetingKey: key, ...attributes }),
  };
}
