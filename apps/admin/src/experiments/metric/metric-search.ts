/** Which figures are looked at: those that the verdict uses, or the others; a view and nothing more. */
export const figureChoices = ['raw', 'adjusted'] as const;

export type FigureChoice = (typeof figureChoices)[number];

export interface ExperimentMetricSearch {
  /** Which arm; absent: the first one beside the baseline. */
  readonly variant?: string | undefined;
  readonly figures?: FigureChoice | undefined;
  /** By which dimension. */
  readonly by?: string | undefined;
  /** Lifts of broken data, on request. */
  readonly lifts?: 'anyway' | undefined;
}
