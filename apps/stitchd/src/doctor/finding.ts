/** What doctor found out about one thing. */
export interface Finding {
  readonly name: string;
  readonly verdict: 'good' | 'warning' | 'bad';
  /** What is so. */
  readonly detail: string;
  /** What to do about it; empty where all is well. */
  readonly remedy: string;
}

export const good = (name: string, detail: string): Finding => ({ name, verdict: 'good', detail, remedy: '' });
export const warning = (name: string, detail: string, remedy: string): Finding => ({ name, verdict: 'warning', detail, remedy });
export const bad = (name: string, detail: string, remedy: string): Finding => ({ name, verdict: 'bad', detail, remedy });
