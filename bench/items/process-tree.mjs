// What Linux tells of processes, from /proc (proc(5)).
import { readdir, readFile } from 'node:fs/promises';

/** @param {number | string} pid @param {string} file */
const read = (pid, file) => readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => '');

/** @param {string} stat the fields behind the name, which may hold anything @returns {readonly string[]} */
const fieldsOf = (stat) => stat.slice(stat.lastIndexOf(')') + 2).split(' ');

/** A process's children and theirs. @param {number} root @returns {Promise<{ pid: number, command: string }[]>} */
export async function processTree(root) {
  /** @type {Map<number, number[]>} */
  const children = new Map();
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const parent = Number(fieldsOf(await read(name, 'stat'))[1]);
    children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
  }
  const found = [];
  for (const waiting = [...(children.get(root) ?? [])]; waiting.length > 0;) {
    const pid = /** @type {number} */ (waiting.shift());
    waiting.push(...(children.get(pid) ?? []));
    found.push({ pid, command: (await read(pid, 'cmdline')).replaceAll('\0', ' ') });
  }
  return found;
}

/** Memory that a process holds (its private part and its share of the rest), in MiB. @param {number} pid */
export async function memoryMebibytes(pid) {
  const [, kibibytes = '0'] = /^Pss:\s+(\d+) kB/m.exec(await read(pid, 'smaps_rollup')) ?? [];
  return Number(kibibytes) / 1_024;
}

/** Seconds of processor time that a process has used, all its threads together. @param {number} pid */
export async function processorSeconds(pid) {
  const fields = fieldsOf(await read(pid, 'stat'));
  // utime and stime, in ticks of a hundredth.
  return (Number(fields[11]) + Number(fields[12])) / 100;
}
