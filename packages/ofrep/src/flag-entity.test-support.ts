import type { Entity } from '@stitchd/core';

/** A boolean flag that is on for everybody, but for what a test says. */
export function flagEntity(key: string, body: Readonly<Record<string, unknown>> = {}): Entity {
  const whole = {
    key,
    type: 'boolean',
    archived: false,
    clientVisible: false,
    variants: [
      { key: 'on', value: true },
      { key: 'off', value: false },
    ],
    enabled: true,
    offVariant: 'off',
    prerequisites: [],
    targets: [],
    rules: [],
    defaultServe: { variant: 'on' },
    ...body,
  };
  return { kind: 'flag', id: key, revision: 1, body: JSON.stringify(whole) };
}
