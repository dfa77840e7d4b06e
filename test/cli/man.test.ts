import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Command } from 'commander'
import { describe, expect, it } from 'vitest'
import { manPage } from '../../cli/man.ts'
import { exitCodes } from '../../cli/program/reference.ts'
import { buildProgram } from '../../cli/program.ts'

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '../..')
const PAGE = join(ROOT, 'man/howdah.1')

const program = buildProgram(async () => {})
const page = manPage(program)
const has = (command: string): boolean => spawnSync(command, ['--version']).error === undefined

const leaves = (command: Command): Command[] => [command, ...command.commands.flatMap(leaves)]
const pathOf = (command: Command): string =>
  command.parent ? `${pathOf(command.parent)} ${command.name()}` : command.name()

describe('the manual page', () => {
  it('agrees with the command line; else: npm run man', () => {
    expect(readFileSync(PAGE, 'utf8')).toBe(page)
    expect(JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')).man).toBe('man/howdah.1')
  })

  it('has a section for every verb, and the usual sections of such a page', () => {
    for (const command of program.commands.flatMap(leaves).filter((verb) => verb.name() !== 'complete'))
      expect(page).toContain(`\n.SS "${pathOf(command).replaceAll('-', '\\-')} [options]`)
    expect([...page.matchAll(/^\.SH "(.*)"$/gm)].map(([, title]) => title)).toEqual([
      ...['NAME', 'SYNOPSIS', 'DESCRIPTION', 'GLOBAL OPTIONS', 'START', 'PLAN AND BOOTSTRAP', 'OPERATE'],
      ...['PARTS OF A CLUSTER', 'AWS', 'THIS MACHINE', 'EXIT STATUS', 'ENVIRONMENT', 'FILES', 'EXAMPLES'],
      'SEE ALSO',
    ])
    for (const [code, meaning] of exitCodes)
      expect(page).toContain(`.B "${code}"\n${meaning.replaceAll('-', '\\-')}`)
  })

  it('does not show the verb that only shells call', () => {
    expect(page).not.toContain('howdah complete ')
  })

  it.runIf(has('groff'))('is taken by groff without a warning', () => {
    const { status, stderr, stdout } = spawnSync('groff', ['-man', '-ww', '-Tutf8', PAGE], {
      encoding: 'utf8',
    })
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    expect(stdout).toContain('the value of --extra-vars of howdah emr')
  })
})
