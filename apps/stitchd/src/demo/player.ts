/** One player of the test, as the data file has it. */
export interface Player {
  readonly userId: string;
  /** The arm that was given when the player installed the game. */
  readonly version: Arm;
  /** Rounds in the first 14 days. */
  readonly rounds: number;
  /** Whether the player came back 1 and 7 days after installing. */
  readonly retention1: boolean;
  readonly retention7: boolean;
}

export const arms = ['gate_30', 'gate_40'] as const;
export type Arm = (typeof arms)[number];
