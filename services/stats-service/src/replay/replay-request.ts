/** What a replay was asked for: kept with its job. */
export interface ReplayRequest {
  readonly historyDays: number;
  readonly replays: number;
  /** In thousandths of a percent; the first is the baseline. */
  readonly arms: readonly { readonly variant: string; readonly milliPercent: number }[];
}
