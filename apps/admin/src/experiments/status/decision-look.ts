import type { Decision } from '../results.ts';

/** How much a decision asks of who reads it. */
const colours = {
  broken: 'red',
  harm: 'red',
  worse: 'red',
  ship: 'teal',
  'ship-with-care': 'yellow',
  'trade-off': 'yellow',
  'no-meaningful-difference': 'gray',
  'unlikely-to-succeed': 'gray',
  undecided: 'gray',
  'keep-running': 'cyan',
  'too-early': 'cyan',
  'no-interval': 'gray',
  'no-verdict': 'gray',
} as const satisfies Record<Decision['code'], string>;

export function decisionColour(code: Decision['code']): string {
  return colours[code];
}
