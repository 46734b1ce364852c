import { mkdtemp, open, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';

/** As many as come at once from the load's connections share a sync. */
const sharedSync = 16;

/**
 * What can't be left out: unpack, parse, write, sync. In this process, which does nothing else meanwhile.
 * @param {readonly Uint8Array[]} bodies
 */
export async function floor(bodies) {
  const directory = await mkdtemp(path.join(os.tmpdir(), 'stitchd-floor-'));
  const file = await open(path.join(directory, 'floor'), 'w');
  const beganMs = performance.now();
  const beganCpu = process.cpuUsage();
  let items = 0;
  for (let at = 0; at < bodies.length; at += sharedSync) {
    const unpacked = bodies.slice(at, at + sharedSync).map((body) => gunzipSync(body));
    for (const bytes of unpacked) items += JSON.parse(bytes.toString('utf8')).items.length;
    await file.writev(unpacked);
    await file.datasync();
  }
  const { user, system } = process.cpuUsage(beganCpu);
  const seconds = (performance.now() - beganMs) / 1_000;
  await file.close();
  await rm(directory, { recursive: true, force: true });
  return { perCpuSecond: items / ((user + system) / 1e6), perSecond: items / seconds };
}
