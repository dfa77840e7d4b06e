import type { Path, Problems } from '../config/index.ts'
import type { Placed } from './legacy.ts'
import type { LegacyAction } from './legacy-schema.ts'

/** The arguments of AWS's bootstrap actions configure-hadoop and configure-daemons, which ended with EMR 4. */

/** One key=value, with its classification of today. */
export interface Setting {
  readonly path: Path
  /** As written, `-m`. */
  readonly flag: string
  readonly classification: string
  readonly name: string
  readonly value: string
}

/** A file of properties in S3, which a classification cannot name. */
export interface ConfigFile {
  readonly path: Path
  readonly flag: string
  readonly classification: string
  readonly address: string
}

/**
 * Letter, long name, classification. Source: AWS, "Customizing cluster and application configuration with earlier
 * AMI versions". `site` was hadoop-site.xml once and is hdfs-site in AWS's table; `-h` is hdfs in older guides.
 */
const FLAGS: readonly (readonly [letter: string, long: string, classification: string])[] = [
  ['c', 'core', 'core-site'],
  ['h', 'hdfs', 'hdfs-site'],
  ['s', 'site', 'hdfs-site'],
  ['m', 'mapred', 'mapred-site'],
  ['y', 'yarn', 'yarn-site'],
  ['l', 'log4j', 'hadoop-log4j'],
  ['t', 'httpfs', 'httpfs-site'],
  ['z', 'capacity', 'capacity-scheduler'],
  ['e', 'emrfs', 'emrfs-site'],
]

interface Flag {
  readonly classification: string
  readonly file: boolean
}

function flagOf(text: string): Flag | undefined {
  for (const [letter, long, classification] of FLAGS) {
    if (text === `-${letter}` || text === `--${long}-key-value`) return { classification, file: false }
    if (text === `-${letter.toUpperCase()}` || text === `--${long}-config-file`)
      return { classification, file: true }
  }
  return undefined
}

/** The options of configure-hadoop, for messages. */
export const configureHadoopFlags = (): string => FLAGS.map(([letter]) => `-${letter}`).join(', ')

interface Argument {
  readonly path: Path
  readonly text: string
}

/** A word for each argument; `-m key=value` in one argument is two words. */
const split = (action: Placed<LegacyAction>): Argument[] =>
  action.value.args.flatMap((argument, i) => {
    const path = [...action.path, 'args', i]
    const two = /^(--?[A-Za-z0-9-]+)[\s,]\s*(\S.*)$/.exec(argument.trim())
    const words = two === null ? [argument.trim()] : [two[1] ?? '', two[2] ?? '']
    return words.map((text) => ({ path, text }))
  })

export interface ConfigureHadoop {
  readonly settings: readonly Setting[]
  readonly files: readonly ConfigFile[]
}

/** Reads the arguments of configure-hadoop. Each invalid argument is a problem at its position. */
export function readConfigureHadoop(action: Placed<LegacyAction>, problems: Problems): ConfigureHadoop {
  const words = split(action)
  const settings: Setting[] = []
  const files: ConfigFile[] = []
  for (let i = 0; i < words.length; i += 2) {
    const flag = words[i] as Argument
    const value = words[i + 1]
    const known = flagOf(flag.text)
    if (known === undefined) {
      wrong(
        flag,
        'is not an option of configure-hadoop',
        `${configureHadoopFlags()}, each with key=value`,
        problems,
      )
      return { settings, files }
    }
    if (value === undefined) {
      wrong(flag, 'has no value', 'key=value', problems)
      continue
    }
    const { classification } = known
    if (known.file) {
      files.push({ path: value.path, flag: flag.text, classification, address: value.text })
      continue
    }
    const pair = /^([^=\s]+)=(.*)$/s.exec(value.text)
    if (pair === null) wrong(value, 'is not a property', 'key=value', problems)
    else
      settings.push({
        path: value.path,
        flag: flag.text,
        classification,
        name: pair[1] as string,
        value: pair[2] as string,
      })
  }
  return { settings, files }
}

function wrong(word: Argument, what: string, expected: string, problems: Problems): void {
  problems.add({
    code: 'LEGACY_ACTION_ARGUMENT',
    path: word.path,
    message: `${JSON.stringify(word.text)} ${what}`,
    found: word.text,
    expected,
  })
}

const DAEMONS: Readonly<Partial<Record<string, readonly [classification: string, prefix: string]>>> = {
  namenode: ['hadoop-env', 'HADOOP_NAMENODE'],
  datanode: ['hadoop-env', 'HADOOP_DATANODE'],
  resourcemanager: ['yarn-env', 'YARN_RESOURCEMANAGER'],
  nodemanager: ['yarn-env', 'YARN_NODEMANAGER'],
}

export interface DaemonSetting {
  readonly path: Path
  readonly text: string
  /** Undefined where the daemon is of Hadoop 1, or the option has no equivalent. */
  readonly target?: { readonly classification: string; readonly variable: string; readonly value: string }
}

/** Reads the arguments of configure-daemons: `--namenode-heap-size=2048`, `--resourcemanager-opts=…`. */
export function readConfigureDaemons(action: Placed<LegacyAction>): readonly DaemonSetting[] {
  return action.value.args.map((text, i) => {
    const path = [...action.path, 'args', i]
    const [, daemon = '', what = '', value = ''] =
      /^--([a-z]+)-(heap-size|opts)=(.*)$/s.exec(text.trim()) ?? []
    const known = DAEMONS[daemon]
    if (known === undefined) return { path, text }
    const [classification, prefix] = known
    const variable = `${prefix}_${what === 'opts' ? 'OPTS' : 'HEAPSIZE'}`
    return { path, text, target: { classification, variable, value: value.replace(/^(["'])(.*)\1$/, '$2') } }
  })
}
