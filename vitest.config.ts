import { defineConfig } from 'vitest/config';

const conditions = ['stitchd-source'];
const shared = { resolve: { conditions }, ssr: { resolve: { conditions } } };
const needsStores = ['**/*.{db,clickhouse,browser}.test.{ts,tsx}', 'test/**/*.test.ts'];
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
          testTimeout: 30_000,
        },
      },
      {
        ...shared,
        test: {
          name: 'stores',
          include: needsStores,
          exclude,
          globalSetup: ['test/support/stores.global-setup.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
