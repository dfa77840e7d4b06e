import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** On the lab one file goes on with what another left (`bare` raises what `daily` starts from), so their names order them. */
class ByName extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    const isLab = ({ moduleId }: TestSpecification): boolean => moduleId.includes('/test/e2e/')
    return [
      ...sorted.filter((file) => !isLab(file)),
      ...sorted.filter(isLab).sort((a, b) => (a.moduleId < b.moduleId ? -1 : 1)),
    ]
  }
}

/** Real hosts, one file at a time. `clusters` and `hosts` may run side by side, as two processes. */
const lab = (name: string) => ({
  test: {
    name,
    include: [`test/e2e/${name}/*.test.ts`],
    fileParallelism: false,
    testTimeout: 900_000,
    hookTimeout: 900_000,
  },
})

// `unit` needs Node.js alone; `terraform` runs real Terraform, and checkov, against a stand-in for AWS; the others run on
// real hosts of the lab, `long` only with `make test.all`.
export default defineConfig({
  test: {
    // Vitest leaves a core free for the editor: on two cores it would use one.
    maxWorkers: availableParallelism(),
    sequence: { sequencer: ByName },
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/e2e/**', 'test/package/**', 'test/**/*.terraform.test.ts'],
          // Files share a process and what it has loaded: CDKTF alone is a second of work. The setup file guards it.
          isolate: false,
          setupFiles: ['test/support/setup.ts'],
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
          name: 'terraform',
          include: ['test/**/*.terraform.test.ts'],
          setupFiles: ['test/support/setup.ts'],
          testTimeout: 300_000,
          hookTimeout: 300_000,
        },
      },
      lab('clusters'),
      lab('hosts'),
      lab('long'),
    ],
  },
})
