import { defineConfig } from 'vitest/config';

export default defineConfig({
  ssr: { resolve: { conditions: ['stitchd-source', 'node', 'import', 'default'] } },
  resolve: { conditions: ['stitchd-source', 'node', 'import', 'default'] },
  test: {
    include: ['{packages,services,apps}/*/src/**/*.test.{ts,tsx}', 'xtask/src/**/*.test.ts', 'test/**/*.test.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
