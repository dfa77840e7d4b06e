import { readFile } from 'node:fs/promises'
import { execa } from 'execa'
import { shownUrl } from '../artifacts/fetch/http.ts'
import type { Cluster, KeySource, Person } from '../config/types.ts'
import { type FetchOptions, fetchText } from './fetch.ts'

/** A place that keys come from, with a name to remember it by and one to show. */
export interface Source {
  readonly id: string
  readonly shown: string
  /** What a key of it is called in authorized_keys, when it has no comment of its own. */
  readonly comment: string
  /** Throws an Error that says why there is no answer. */
  read(options: FetchOptions): Promise<string>
}

const COMMAND_MS = 30_000

/** The sources of a person besides cluster.yml itself, in the order in which their keys are merged. */
export function sourcesOf(person: Person, { githubBaseUrl }: Cluster): Source[] {
  const others = person.keySources.map((source) => sourceOf(source, person.name))
  if (person.github === undefined) return others
  const url = `${githubBaseUrl}/${person.github}.keys`
  const github: Source = {
    id: `url ${url}`,
    shown: shownUrl(url),
    comment: `github:${person.github}`,
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
  if (ran.timedOut) throw new Error(`it did not end within ${COMMAND_MS / 1000} s`)
  if (ran.exitCode === 0) return ran.stdout
  const lastLine = ran.stderr.trim().split('\n').at(-1) ?? ''
  throw new Error(`it ended with exit ${ran.exitCode ?? 'none'}${lastLine === '' ? '' : `: ${lastLine}`}`)
}
