import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { onTestFinished } from 'vitest'
import { parseCluster } from '../../provisioners/config/index.ts'
import { silent } from '../../provisioners/events.ts'
import type { OperationOptions } from '../../provisioners/runtime/types.ts'
import type { RunRequest, RunResult, Transport } from '../../provisioners/transport/types.ts'

/**
 * Hosts whose answers a test sets, for whole operations. A test passes its hosts to the
 * operations by `vi.mock('…/transport/index.ts')` with `openTransport: playedHosts(answer)`.
 */
export type Answer = (host: string, request: RunRequest) => Partial<RunResult> | undefined

const done = (result: Partial<RunResult> = {}): RunResult => ({
  ...{ exit: 0, stdout: '', stderr: '', ms: 1 },
  ...result,
})

export const playedHosts =
  (answer: Answer) =>
  async ({ host }: { readonly host: string }): Promise<Transport> => {
    const locks = new Map<string, () => void>()
    const run = async (request: RunRequest): Promise<RunResult> => {
      // A host answers asynchronously: no line arrives before `run` has returned.
      await Promise.resolve()
      const held = /^echo '@held (\S+)'$/m.exec(request.script)?.[1]
      if (held !== undefined) {
        const released = new Promise<void>((resolve) => locks.set(held, resolve))
        request.onLine?.(`@held ${held}`)
        await released
        return done()
      }
      const releases = [...locks].find(([nonce]) => request.script.includes(`lock.release.${nonce}`))
      if (releases !== undefined) {
        releases[1]()
        return done()
      }
      // No host has seen another run.
      if (request.script.startsWith("echo '@fence'")) return done({ stdout: '@fence\n@live\n@end\n' })
      const result = done(answer(host, request))
      for (const line of result.stdout.split('\n').slice(0, -1)) request.onLine?.(line)
      return result
    }
    return {
      ...{ host, run, upload: async () => {}, close: async () => {} },
      connect: async () => new PassThrough(),
    }
  }

/** The answer to a probe of a host on which nothing exists; `foreign`: the cluster whose mark it has. */
export function emptyHost(script: string, foreign = ''): Partial<RunResult> | undefined {
  // A batch of steps ends with `mark finished` too, and has no fragments.
  if (!script.includes('fragment() {')) return undefined
  const nonce = /printf '\\n@(\S+) %s\\n'/.exec(script)?.[1]
  const mark = /^fragment (\d+) 'howdah_bounded 60 <<.*\nmark=\/var\/lib\/howdah\/cluster /m.exec(script)?.[1]
  const fragment =
    mark === undefined ? '' : `\n@${nonce} ${mark}\nforeign=${foreign}\n\n@${nonce} end ${mark} 0\n`
  return { stdout: `${fragment}\n@${nonce} finished\n` }
}

/** Options of an operation on a cluster whose file and secrets are in a directory of the test. */
export function operation(text: string): OperationOptions {
  const dir = mkdtempSync(join(tmpdir(), 'howdah-operation-'))
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }))
  const file = join(dir, 'cluster.yml')
  const prompts = { confirm: async () => false, stdin: async () => '' }
  const cluster = parseCluster(text, file, { home: dir, user: 'ana' })
  return { file, cluster, report: silent, prompts, cacheDir: join(dir, 'cache') }
}
