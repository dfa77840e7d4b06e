import { readFile } from 'node:fs/promises'
import { execa } from 'execa'
import { shownUrl } from '../artifacts/fetch/http.ts'
import type { Cluster, ClusterUser, KeySource } from '../config/types.ts'
import { type FetchOptions, fetchText } from './fetch.ts'

/** A source of keys, with a name for the cache and one for messages. */
export interface Source {
  readonly id: string
  readonly shown: string
  /** The comment in authorized_keys of a key without one. */
  readonly comment: string
  /** Throws an Error with the reason of a failure. */
  read(options: FetchOptions): Promise<string>
}

const COMMAND_MS = 30_000

/** The sources of a user besides cluster.yml, in the order in which their keys are merged. */
export function sourcesOf(user: ClusterUser, { githubBaseUrl }: Cluster): Source[] {
  const others = user.keySources.map((source) => sourceOf(source, user.name))
  if (user.github === undefined) return others
  const url = `${githubBaseUrl}/${user.github}.keys`
  const github: Source = {
    id: `url ${url}`,
    shown: shownUrl(url),
    comment: `github:${user.github}`,
    read: (options) => fetchText(url, options),
  }
  return [...others, github]
}

function sourceOf(source: KeySource, name: string): Source {
  switch (source.kind) {
    case 'file': {
      const { path } = source
      return { id: `file ${path}`, shown: path, comment: name, read: () => readFile(path, 'utf8') }
    }
    case 'url': {
      const { url } = source
      const shown = shownUrl(url)
      return { id: `url ${url}`, shown, comment: name, read: (options) => fetchText(url, options) }
    }
    case 'command': {
      const { command } = source
      const shown = `the command \`${command}\``
      // One command may serve several users by HOWDAH_USER.
      const id = `command ${name} ${command}`
      return { id, shown, comment: name, read: (options) => outputOf(command, name, options) }
    }
  }
}

async function outputOf(command: string, name: string, { signal }: FetchOptions): Promise<string> {
  const ran = await execa('sh', ['-c', command], {
    env: { HOWDAH_USER: name },
    stdin: 'ignore',
    timeout: COMMAND_MS,
    reject: false,
    ...(signal && { cancelSignal: signal }),
  })
  if (ran.timedOut) throw new Error(`it took longer than ${COMMAND_MS / 1000} s`)
  if (ran.exitCode === 0) return ran.stdout
  const lastLine = ran.stderr.trim().split('\n').at(-1) ?? ''
  throw new Error(`it failed with exit ${ran.exitCode ?? 'none'}${lastLine === '' ? '' : `: ${lastLine}`}`)
}
