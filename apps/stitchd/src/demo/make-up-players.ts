import { arms, type Player } from './player.ts';
import { createRandom } from './random.ts';

/** What is true of players that are made up: the measured figures can be held against it. */
export const trueEffect = {
  retention1: { control: 0.45, treatment: 0.45 },
  retention7: { control: 0.19, treatment: 0.175 },
  /** Mean rounds; of the exponential distribution they are drawn from. */
  rounds: { control: 52, treatment: 52 },
} as const;

/** Players with a known effect; the same seed makes the same players. */
export function makeUpPlayers(count: number, seed: number): readonly Player[] {
  const random = createRandom(seed);
  return Array.from({ length: count }, (_, index) => {
    const arm = random() < 0.5 ? 'control' : 'treatment';
    return {
      userId: `made-up-${seed}-${index}`,
      version: arm === 'control' ? arms[0] : arms[1],
      retention1: random() < trueEffect.retention1[arm],
      retention7: random() < trueEffect.retention7[arm],
      rounds: Math.floor(-Math.log(1 - random()) * (trueEffect.rounds[arm] + 0.5)),
    };
  });
}
