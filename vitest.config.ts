import { defineConfig } from 'vitest/config'

// Five projects: `unit` needs Node.js alone; `package` too, and it uses the packed tarball; `ground` runs real Terraform, and checkov, against a stand-in for AWS;
// `lab` raises real hosts and takes its time; `deployment` raises a whole one, or its applications alone, and is run by
// itself: half an hour more.
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/e2e/**', 'test/package/**', 'test/**/*.ground.test.ts'],
          testTimeout: 30_000,
          hookTimeout: 30_000,
        },
      },
      {
        // The packed tarball, installed and used; it is built once, before the first file.
        test: {
          name: 'package',
          include: ['test/package/**/*.test.ts'],
          globalSetup: ['test/package/support/setup.ts'],
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'ground',
          include: ['test/**/*.ground.test.ts'],
          testTimeout: 300_000,
          hookTimeout: 300_000,
        },
      },
      {
        test: {
          name: 'lab',
          include: ['test/e2e/**/*.test.ts'],
          fileParallelism: false,
          testTimeout: 900_000,
          hookTimeout: 900_000,
        },
      },
      {
        test: {
          name: 'deployment',
          include: ['test/e2e/*.whole.ts'],
          fileParallelism: false,
          testTimeout: 900_000,
          hookTimeout: 900_000,
        },
      },
    ],
  },
})
