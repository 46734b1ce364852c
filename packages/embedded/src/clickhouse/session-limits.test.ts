import { expect, test } from 'vitest';
import { limits } from '../../engine/limits.mjs';
import type { Engine } from '../../engine/native-engine.mjs';
import { createConnections } from '../../engine/sessions.mjs';

/** Counts connections; what a session does with them is proved with the real engine elsewhere. */
function countingEngine(): { readonly engine: Engine; open(): number } {
  let open = 0;
  const engine = {
    connect: () => ++open,
    disconnect: () => void open--,
  } as unknown as Engine;
  return { engine, open: () => open };
}

test('a request without a session gets a connection of its own, which is closed with it', () => {
  const { engine, open } = countingEngine();
  const connections = createConnections(engine);
  const first = connections.open(null, null);
  const second = connections.open('', null);
  expect(open()).toBe(2);
  first.release();
  second.release();
  expect(open()).toBe(0);
});

test('as many sessions as declared are kept, and one more is refused', () => {
  const { engine, open } = countingEngine();
  const connections = createConnections(engine);
  for (let id = 0; id < limits.sessions; id++) connections.open(`session ${id}`, '60').release();
  expect(open()).toBe(limits.sessions);
  expect(() => connections.open('one more', '60')).toThrow('Code: 202.');
  connections.open('session 0', '60').release();
  connections.endAll();
  expect(open()).toBe(0);
});
