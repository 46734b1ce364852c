import { cpus, loadavg, totalmem } from 'node:os';

/** The date, the machine and how busy it is, in one line. */
export function describeMachine() {
  const processors = cpus();
  const [load = 0] = loadavg();
  const gigabytes = Math.round(totalmem() / 2 ** 30);
  const model = processors[0]?.model.replaceAll(/\s+/g, ' ').trim() ?? 'unknown processor';
  const date = new Date().toISOString().slice(0, 16).replace('T', ' ');
  return `${date} UTC, ${processors.length} x ${model}, ${gigabytes} GB, Node ${process.versions.node}, load ${load.toFixed(1)} at the start`;
}
