import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished, vi } from 'vitest'

/** A directory of the test's own. */
export function scratch(): string {
  const dir = mkdtempSync(join(tmpdir(), 'howdah-lab-test-'))
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }))
  return dir
}

/** Programs that are in PATH before those of this machine, or alone. */
export function programs(scripts: Readonly<Record<string, string>>, alone = false): void {
  const dir = scratch()
  for (const [name, script] of Object.entries(scripts)) {
    writeFileSync(join(dir, name), `#!/bin/sh\n${script}\n`)
    chmodSync(join(dir, name), 0o755)
  }
  vi.stubEnv('PATH', alone ? dir : `${dir}:${process.env.PATH}`)
  onTestFinished(() => void vi.unstubAllEnvs())
}
