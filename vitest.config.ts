import { defineConfig } from 'vitest/config';

const conditions = ['stitchd-source'];
const shared = { resolve: { conditions }, ssr: { resolve: { conditions } } };
const needsStores = ['**/*.{db,clickhouse,browser}.test.{ts,tsx}'];
const stories = ['test/**/*.test.ts'];
const exclude = ['**/node_modules/**', '**/dist/**'];

export default defineConfig({
  ...shared,
  test: {
    projects: [
      {
        ...shared,
        test: {
          name: 'unit',
          include: [
            '{packages,services,apps}/*/src/**/*.test.{ts,tsx}',
            'xtask/src/**/*.test.ts',
            '{scripts,bench,conformance}/**/*.test.ts',
          ],
          exclude: [...exclude, ...needsStores],
          // Loaded machines take many times as long; nothing waits for it otherwise.
          testTimeout: 90_000,
          // A fresh process for each of two hundred small files took longer than their tests.
          isolate: false,
          maxWorkers: 2,
          sequence: { groupOrder: 0 },
        },
      },
      {
        ...shared,
        test: {
          name: 'stores',
          include: needsStores,
          exclude: [...exclude, ...stories],
          globalSetup: ['test/support/stores.global-setup.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          maxWorkers: 2,
          sequence: { groupOrder: 0 },
        },
      },
      {
        ...shared,
        test: {
          name: 'stories',
          include: stories,
          exclude,
          globalSetup: ['test/support/stores.global-setup.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          // Whole products in processes of their own: a third one would only wait for the others.
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
