import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

// Four projects: `unit` needs Node.js alone; `ground` runs real Terraform, and checkov, against a stand-in for AWS;
// `lab` raises real hosts and takes its time; `deployment` raises a whole one, or its applications alone, and is run by
// itself: half an hour more.
export default defineConfig({
  test: {
    // Vitest leaves a core free for the editor: on two cores it would use one.
    maxWorkers: availableParallelism(),
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/e2e/**', 'test/**/*.ground.test.ts'],
          // Files share a process and what it has loaded: CDKTF alone is a second of work. The setup file guards it.
          isolate: false,
          setupFiles: ['test/support/setup.ts'],
          testTimeout: 30_000,
          hookTimeout: 30_000,
        },
      },
      {
        test: {
          name: 'ground',
          include: ['test/**/*.ground.test.ts'],
          setupFiles: ['test/support/setup.ts'],
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
