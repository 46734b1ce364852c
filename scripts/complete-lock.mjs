// Completes package-lock.json: node scripts/complete-lock.mjs [--check] [lock file]
// npm leaves out optional packages of other platforms that its registry lacks, and then refuses its own lock (`npm ci`:
// "Missing: … from lock file", npm/cli#9846). This adds them. With --check it changes nothing and exits with 1 where the lock
// lacks an entry, or holds the address of a registry.
import { readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * @typedef {object} LockEntry
 * @property {string} [version]
 * @property {string} [resolved]
 * @property {boolean} [link]
 * @property {boolean} [dev]
 * @property {boolean} [peer]
 * @property {boolean} [optional]
 * @property {readonly string[]} [os]
 * @property {readonly string[]} [cpu]
 * @property {readonly string[]} [libc]
 * @property {Readonly<Record<string, string>>} [optionalDependencies]
 */

/** @typedef {Readonly<Record<string, LockEntry>>} LockPackages */

const systems = ['android', 'darwin', 'freebsd', 'openbsd', 'netbsd', 'sunos', 'aix', 'win32', 'linux', 'openharmony'];
const processors = ['arm64', 'x64', 'arm', 'ia32', 'ppc64', 'riscv64', 's390x', 'loong64', 'mips64el', 'wasm32'];
/** Other names for the same, as parts of packages' names. @type {Readonly<Record<string, string>>} */
const otherNames = { windows: 'win32', linuxmusl: 'linux', armv6: 'arm', armv7: 'arm', aarch64: 'arm64', amd64: 'x64' };

/**
 * The optional entries that the lock lacks, by their place in it. An entry is where Node would look for it from the package
 * that wants it; where another version is in the way, it is nested under that package.
 *
 * @param {LockPackages} packages
 * @returns {Record<string, LockEntry>}
 */
export function missingOptionalEntries(packages) {
  /** @type {Record<string, LockEntry>} */
  const missing = {};
  for (const [dependent, entry] of Object.entries(packages)) {
    for (const [name, wanted] of Object.entries(entry.optionalDependencies ?? {})) {
      const visible = visibleFrom({ ...packages, ...missing }, dependent, name);
      if (visible !== undefined && (visible.version === wanted || !isExact(wanted))) continue;
      const version = lowestVersion(wanted);
      if (version === undefined) throw new Error(`${name}@${wanted}, wanted by ${dependent}: no version can be read from that.`);
      const place = `${visible === undefined ? '' : `${dependent}/`}node_modules/${name}`;
      missing[place] = {
        ...platformOf(name),
        version,
        optional: true,
        ...(entry.dev ? { dev: true } : {}),
        ...(entry.peer ? { peer: true } : {}),
      };
    }
  }
  return missing;
}

/**
 * The entries that name an address instead of leaving it to npm's configuration.
 * @param {LockPackages} packages
 */
export function entriesWithAddress(packages) {
  return Object.keys(packages).filter((place) => packages[place]?.resolved !== undefined && packages[place]?.link !== true);
}

/**
 * The entry that a package sees under that name: its own, or the nearest on the way up.
 * @param {LockPackages} packages
 * @param {string} from
 * @param {string} name
 */
function visibleFrom(packages, from, name) {
  for (let folder = from; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/node_modules/')))) {
    const found = packages[`${folder === '' ? '' : `${folder}/`}node_modules/${name}`];
    if (found !== undefined || folder === '') return found;
  }
}

/** @param {string} wanted */
function isExact(wanted) {
  return /^\d/.test(wanted);
}

/** @param {string} wanted an exact version, or a range that begins with one */
function lowestVersion(wanted) {
  return /^[\^~]?(\d+\.\d+\.\d+[\w.+-]*)$/.exec(wanted)?.[1];
}

/**
 * For which platform a package is, by its name: such packages are named after it. What it was not is not said; a package for
 * all platforms (wasm) has none.
 *
 * @param {string} name
 * @returns {Pick<LockEntry, 'os' | 'cpu' | 'libc'>}
 */
export function platformOf(name) {
  const parts = (name.split('/').at(-1) ?? '').split(/[-_.]/).map((part) => otherNames[part] ?? part);
  const os = name === 'fsevents' ? 'darwin' : systems.find((system) => parts.includes(system));
  const cpu = processors.find((processor) => parts.includes(processor));
  const libc = /musl/.test(name) ? 'musl' : os === 'linux' && parts.some((part) => part.startsWith('gnu')) ? 'glibc' : undefined;
  return {
    ...(cpu === undefined ? {} : { cpu: [cpu] }),
    ...(libc === undefined ? {} : { libc: [libc] }),
    ...(os === undefined ? {} : { os: [os] }),
  };
}

/**
 * @param {string} path
 * @param {boolean} check
 * @returns {number} the exit status
 */
function completeLock(path, check) {
  const lock = JSON.parse(readFileSync(path, 'utf8'));
  const missing = missingOptionalEntries(lock.packages);
  const places = Object.keys(missing);
  const addresses = entriesWithAddress(lock.packages);
  for (const place of addresses)
    console.error(`${path}: ${place} has an address. See omit-lockfile-registry-resolved in .npmrc.`);
  if (check) {
    for (const place of places) console.error(`${path}: ${place} is missing. Run \`npm run lock\`.`);
    return places.length + addresses.length === 0 ? 0 : 1;
  }
  if (places.length > 0) {
    // In npm's own order, so that its next run changes nothing.
    const entries = Object.entries({ ...lock.packages, ...missing }).sort(([a], [b]) => a.localeCompare(b, 'en'));
    writeFileSync(path, `${JSON.stringify({ ...lock, packages: Object.fromEntries(entries) }, null, 2)}\n`);
  }
  console.log(`${path}: ${places.length === 0 ? 'complete' : `added ${places.length} optional entries`}.`);
  return addresses.length === 0 ? 0 : 1;
}

if (process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const [file] = process.argv.slice(2).filter((word) => !word.startsWith('--'));
  const path = file ?? resolve(fileURLToPath(import.meta.url), '../../package-lock.json');
  process.exitCode = completeLock(path, process.argv.includes('--check'));
}
