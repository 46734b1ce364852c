// What `npm run check` checks: each step is a command of this repository that exits with 0 when all is well.
import { existsSync } from 'node:fs';
import path from 'node:path';

/**
 * @typedef {object} Step
 * @property {string} name by which it can be run alone
 * @property {string} proves what holds when it passes
 * @property {readonly string[]} command arguments of Node, from the root of the repository
 * @property {readonly string[]} [after] steps whose output it reads
 */

/** @param {string} root @returns {readonly Step[]} */
export function stepsOf(root) {
  const installed = (/** @type {string} */ file) => path.join('node_modules', file);
  const compiler = installed('@typescript/native/bin/tsc');
  const parts = ['packages', 'services', 'apps', 'xtask', 'test', 'scripts', 'conformance'];
  const adminTypes = existsSync(path.join(root, 'apps/admin/tsconfig.json'))
    ? [
        {
          name: 'admin-types',
          proves: 'the admin UI has no type errors',
          command: [compiler, '-p', 'apps/admin/tsconfig.json', '--noEmit'],
        },
      ]
    : [];
  return [
    { name: 'types', proves: 'what ships has no type errors', command: [compiler, '-b'] },
    {
      name: 'lint',
      proves: 'no rule of .oxlintrc.json is broken',
      command: [installed('oxlint/bin/oxlint'), '--type-aware', '--deny-warnings'],
    },
    { name: 'test-types', proves: 'the tests have no type errors', command: [compiler, '-p', 'tsconfig.test.json'] },
    ...adminTypes,
    {
      name: 'generated',
      proves: 'generated sources are what their sources make',
      command: ['scripts/codegen.mjs', '--check'],
      after: ['types'],
    },
    {
      name: 'references',
      proves: 'the references of the documentation are what the product says',
      command: ['xtask/bin/x.js', 'references', '--check'],
      after: ['types'],
    },
    {
      name: 'law',
      proves: 'no import breaks the dependency law',
      command: [
        installed('dependency-cruiser/bin/dependency-cruise.mjs'),
        '--config',
        '.dependency-cruiser.cjs',
        '--output-type',
        'err-long',
        ...parts,
      ],
    },
    {
      name: 'dead-code',
      proves: 'no file, export or dependency is without use',
      command: [installed('knip/bin/knip.js'), '--no-progress', '--no-config-hints'],
    },
    { name: 'format', proves: 'the formatter would change nothing', command: [installed('oxfmt/bin/oxfmt'), '--check', '.'] },
    {
      name: 'lock',
      proves: 'package-lock.json is complete and names no registry',
      command: ['scripts/complete-lock.mjs', '--check'],
    },
    {
      name: 'bench-lock',
      proves: 'the lock of the benchmarks is complete and names no registry',
      command: ['scripts/complete-lock.mjs', '--check', 'bench/package-lock.json'],
    },
    { name: 'licences', proves: 'the licences of all dependencies allow their use', command: ['scripts/check/licences.mjs'] },
    { name: 'files', proves: 'no file suppresses a check or names a machine', command: ['scripts/check/files.mjs'] },
  ];
}
