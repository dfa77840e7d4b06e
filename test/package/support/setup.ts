import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { npm, ROOT } from './installed.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    /** The packed tarball. */
    tarball: string
    /** A prefix that the tarball is installed in, as `npm install --global` does. */
    prefix: string
  }
}

/** Builds and packs once for all files, and installs the tarball with no registry in reach. */
export function setup(project: TestProject): () => void {
  const dir = mkdtempSync(join(tmpdir(), 'howdah-package-'))
  const [packed] = JSON.parse(npm(ROOT, ['pack', '--json', '--pack-destination', dir]))
  const tarball = join(dir, packed.filename)
  // From a copy elsewhere, as on a machine that never saw the checkout.
  const prefix = join(dir, 'prefix')
  npm(dir, ['install', '--global', '--prefix', prefix, tarball])
  execFileSync('test', ['-x', join(prefix, 'bin/howdah')])
  project.provide('tarball', tarball)
  project.provide('prefix', prefix)
  return () => rmSync(dir, { recursive: true, force: true })
}
