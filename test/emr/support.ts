import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Infrastructure, parseInfrastructure } from '../../provisioners/config/index.ts'
import {
  checkLegacy,
  parseLegacy,
  type ReportLine,
  readExtraVars,
  type Translated,
  type TranslateOptions,
  translate,
} from '../../provisioners/emr/index.ts'
import { HowdahError, HowdahErrors } from '../../provisioners/errors.ts'

export const fixture = (name: string): string =>
  readFileSync(join(import.meta.dirname, 'fixtures', name), 'utf8')

export const VPC = { vpc: { id: 'vpc-0123456789abcdef0', cidr: '10.0.0.0/16' } }

/** The guide's file with its five placeholders filled in, and nothing else touched. */
export const filledSeed = (): string => {
  const values = {
    '<your cluster name here>': 'insights',
    '<your keypair name here>': 'analytics',
    '<your VPC public subnet ID here>': 'subnet-0123456789abcdef0',
    '<your logging bucket name here>': 'example-analytics-logs',
    '<your configuration bucket name here>': 'example-analytics-configuration',
  }
  return Object.entries(values).reduce(
    (text, [from, to]) => text.replaceAll(from, to),
    fixture('seed-cluster.yml'),
  )
}

export const translated = (text: string, options: TranslateOptions = VPC): Translated =>
  translate(parseLegacy(text, 'cluster.yml'), options)

/** The result for EXTRA_VARS without a file. */
export function translatedVars(words: string, options: TranslateOptions = VPC): Translated {
  const read = readExtraVars(words)
  if (read.kind === 'file') throw new Error(`a file: ${read.file}`)
  return translate(checkLegacy(read.document), options)
}

/** The infrastructure of the translation, by the real parser. */
export const infrastructureOf = (done: Translated): Infrastructure =>
  parseInfrastructure(done.clusterYml, '/srv/site/cluster.yml', {
    around: { home: '/home/ann', user: 'ann' },
    today: '2026-11-23',
  })

/** The least that a legacy file must say, with more after it. */
export const withKey = (more: string): string => `keypair_name: analytics\n${more}`

/** "place kind key → became: value", without the reasons. */
export const lineText = ({ place, kind, key, became, value }: ReportLine): string =>
  `${place || '-'} ${kind} ${key}${became === undefined ? '' : ` → ${became}`}${value === undefined ? '' : `: ${value}`}`

export const linesOf = (done: Translated): readonly string[] => done.report.map(lineText)

/** The one line of the report about a legacy key. */
export function lineAbout(done: Translated, key: string): ReportLine {
  const found = done.report.find((line) => line.key === key)
  if (found === undefined) throw new Error(`no line about ${key} in:\n${linesOf(done).join('\n')}`)
  return found
}

const short = ({ details }: HowdahError): string =>
  `${details.code} ${(details.where ?? '').replace('cluster.yml:', '')}`

/** Every error, as "code line:column". */
export function errorsOf(run: () => unknown): {
  readonly codes: readonly string[]
  readonly all: readonly HowdahError[]
} {
  try {
    run()
  } catch (error) {
    if (!(error instanceof HowdahError)) throw error
    const all = error instanceof HowdahErrors ? error.all : [error]
    return { codes: all.map(short), all }
  }
  return { codes: [], all: [] }
}

export const openOf = (done: Translated): readonly string[] => done.open.map(short)

/** `line:column` of a piece of a text, as an editor counts. */
export function placeIn(text: string, piece: string): string {
  const before = text.slice(0, text.indexOf(piece)).split('\n')
  return `${before.length}:${(before.at(-1) ?? '').length + 1}`
}
