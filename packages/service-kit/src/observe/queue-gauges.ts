import { Gauge, type Registry } from 'prom-client';

/** One gauge of a queue: what its value is of the figures of one kind. */
export interface QueueGauge<Figures> {
  readonly name: string;
  readonly help: string;
  readonly valueOf: (figures: Figures) => number;
}

/**
 * Gauges by kind of a queue of all tenants and replicas, asked for at every scrape. A kind without figures has 0; while the store is away
 * the gauges have no values.
 */
export function registerQueueGauges<Figures extends { readonly kind: string }>(
  registry: Registry,
  queue: {
    readonly kinds: readonly Figures['kind'][];
    readonly read: () => Promise<readonly Figures[]>;
    readonly gauges: readonly QueueGauge<Figures>[];
  },
): void {
  let asked: Promise<readonly Figures[] | undefined> | undefined;
  // A scrape reads all gauges at once: they share one answer.
  const ask = () =>
    (asked ??= queue
      .read()
      .catch(() => undefined)
      .finally(() => (asked = undefined)));
  for (const { name, help, valueOf } of queue.gauges)
    new Gauge({
      name,
      help,
      labelNames: ['kind'],
      registers: [registry],
      async collect() {
        const known = await ask();
        this.reset();
        if (known === undefined) return;
        for (const kind of queue.kinds) {
          const figures = known.find((one) => one.kind === kind);
          this.set({ kind }, figures === undefined ? 0 : valueOf(figures));
        }
      },
    });
}
