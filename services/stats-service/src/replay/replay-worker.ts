import { parentPort } from 'node:worker_threads';
import { runReplays, type ReplayTask } from './run-replays.ts';

/** Progress is told in steps that people see, not a thousand times. */
const steps = 50;

parentPort?.once('message', (task: ReplayTask) => {
  let told = 0;
  const counts = runReplays(task, (share) => {
    if (Math.floor(share * steps) === told) return;
    told = Math.floor(share * steps);
    parentPort?.postMessage({ progress: share });
  });
  parentPort?.postMessage({ result: counts });
});
