import { EXIT, type ExitName } from '../errors.ts'
import { ERROR_PARTS } from './index.ts'
import type { ErrorEntries, ErrorEntry } from './types.ts'

/** docs/errors.md, from the table of codes. */

const CLASSES: { readonly [N in ExitName]: string } = {
  done: 'the command did what you asked for',
  unexpected: 'the command line is wrong, or something failed that Howdah did not expect',
  changes: '`plan --detailed-exitcode` found changes',
  configuration: 'cluster.yml, an option or another file of yours must be corrected',
  connection: 'a host, a database server or a download could not be reached, or the connection broke',
  authentication: 'a login, a host key, a certificate or sudo was refused',
  preflight: 'a check before the first change failed; nothing was changed',
  stepFailed: 'a step failed; repair the cause, then run the same command again',
  partial: 'some hosts are done and others are not',
  lockHeld: 'another run holds the lock',
  verification: '`verify` found something that does not work',
  declined: 'you answered a question with no, or there was no terminal to ask at',
  interrupted: 'you interrupted the command (Ctrl-C); 129 when the terminal was closed, 143 after `kill`',
}

const cell = (text: string): string => text.replaceAll('|', '\\|')

const row = (cells: readonly string[]): string => `| ${cells.map(cell).join(' | ')} |`

const exits = ({ exit }: ErrorEntry): string =>
  (typeof exit === 'string' ? [exit] : exit).map((name) => EXIT[name]).join(', ')

const part = (title: string, entries: ErrorEntries): string[] => [
  '',
  `## ${title}`,
  '',
  '| code | exit | meaning | remedy |',
  '|---|---|---|---|',
  ...Object.entries(entries)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([code, entry]) => row([`\`${code}\``, exits(entry), entry.meaning, entry.remedy])),
]

/** The page as text. */
export const errorsPage = (): string =>
  `${[
    '# Errors',
    '',
    'Every error of Howdah has a code that does not change, so that you can search for it. The error message has more',
    'than this page: what was found, what was expected, where, and the next command to type. With `--json`, the code is',
    'in the field `code`.',
    '',
    'Generated from `provisioners/error-codes/`; `UPDATE_DOCS=1 npx vitest run --project unit test/error-codes` writes it',
    'again.',
    '',
    '## Exit codes',
    '',
    '| exit | meaning |',
    '|---|---|',
    ...Object.entries(CLASSES).map(([name, text]) => row([String(EXIT[name as ExitName]), text])),
    ...Object.entries(ERROR_PARTS).flatMap(([title, entries]) => part(title, entries)),
  ].join('\n')}\n`
