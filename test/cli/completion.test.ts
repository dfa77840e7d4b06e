import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { candidates, completionScript } from '../../cli/completion.ts'
import { buildProgram } from '../../cli/program.ts'
import { PROFILE_NAMES } from '../../provisioners/config/versions/profiles.ts'

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '../..')
const has = (shell: string): boolean => spawnSync(shell, ['--version']).error === undefined

const dir = mkdtempSync(join(tmpdir(), 'howdah-completion-'))
mkdirSync(join(dir, 'sites'))
for (const name of ['cluster.yml', 'notes.txt', 'two words.yml', '.hidden.yml', 'sites/north.yaml'])
  writeFileSync(join(dir, name), '')
afterAll(() => rmSync(dir, { recursive: true }))

/** The candidates for a command line, and the last line of the answer. */
function offered(...words: string[]): { values: string[]; directive: string } {
  const lines = candidates(
    buildProgram(async () => {}),
    words,
  )
    .trimEnd()
    .split('\n')
  return {
    values: lines.slice(0, -1).map((line) => line.split('\t')[0] ?? ''),
    directive: lines.at(-1) ?? '',
  }
}

describe('what is offered', () => {
  it.each([
    [['lab', 'up', '--profile', ''], [...PROFILE_NAMES]],
    [['lab', 'up', '--profile', 'm'], ['modern']],
    [['lab', 'up', '--profile=m'], ['modern']],
    [['lab', 'matrix', '--profile', 'seed', 'le'], ['legacy']],
    [['--output=ndjson', 'lab', 'u'], ['up']],
    [['sch'], ['schedule', 'schema']],
    [
      ['schedule', ''],
      ['plan', 'apply', 'run', 'status', 'help'],
    ],
    [
      ['bootstrap', '--yes', '--verify', ''],
      ['full', 'quick', 'none'],
    ],
    [['bootstrap', '--lock-wait', ''], []],
    [
      ['init', '--aws', 'large'],
      ['large-emr', 'large-hadoop'],
    ],
    [['store', 'rotate', 'api', 'me'], ['metastore']],
    [
      ['completion', ''],
      ['bash', 'zsh', 'fish'],
    ],
    [['help', 'boot'], ['bootstrap']],
    [['users', 'plan', '--f'], ['--full']],
    [['users', 'plan', '--j'], ['--json']],
    [['compl'], ['completion']],
  ])('%j', (words, values) => {
    expect(offered(...words).values.sort()).toEqual([...values].sort())
  })

  it('every verb, in the order of the help', () => {
    const help = buildProgram(async () => {})
    expect(offered('').values).toEqual(
      help
        .createHelp()
        .visibleCommands(help)
        .map((verb) => verb.name()),
    )
  })

  it('files of clusters, and directories on the way to them', () => {
    const at = `${dir}/`
    expect(offered('plan', at).values).toEqual([`${at}cluster.yml`, `${at}sites/`])
    expect(offered('store', 'backup', '--file', `${at}c`).values).toEqual([`${at}cluster.yml`])
    expect(offered('plan', `${at}.h`).values).toEqual([`${at}.hidden.yml`])
    expect(offered('plan', '--bundle', `${at}n`).values).toEqual([`${at}notes.txt`])
    expect(offered('synth', '--outdir', at).values).toEqual([`${at}sites/`])
    expect(offered('plan', join(dir, 'absent/')).values).toEqual([])
  })

  it('no space after a directory, since a path continues there', () => {
    expect(offered('plan', `${dir}/s`)).toEqual({ values: [`${dir}/sites/`], directive: ':6' })
    expect(offered('plan', `${dir}/c`).directive).toBe(':4')
  })
})

/** The environment of a shell that finds the command `howdah`. */
const env = { ...process.env, PATH: `${join(ROOT, 'bin')}:${process.env.PATH}` }

const COMPLETE_IN_BASH = `
. ./howdah.bash && . ./howdah.bash
compopt() { :; }
COMP_LINE='howdah lab up --profile ' COMP_POINT=\${#COMP_LINE}
COMP_WORDS=(howdah lab up --profile '') COMP_CWORD=4
$(complete -p howdah | sed 's/.*-F \\([^ ]*\\).*/\\1/')
echo "\${COMPREPLY[*]}"
`

describe('the scripts', () => {
  it('complete in bash, without the package bash-completion, and can be sourced twice', () => {
    writeFileSync(join(dir, 'howdah.bash'), completionScript('bash'))
    const done = spawnSync('bash', ['--norc', '-c', COMPLETE_IN_BASH], {
      cwd: dir,
      encoding: 'utf8',
      env,
      timeout: 25_000,
    })
    expect(done.stderr).toBe('')
    expect(done.stdout.trim().split(/\s+/)).toEqual([...PROFILE_NAMES])
  })

  it.runIf(has('fish'))('complete in fish', () => {
    writeFileSync(join(dir, 'howdah.fish'), completionScript('fish'))
    const typed = 'source howdah.fish; complete --do-complete "howdah lab up --profile "'
    const stdout = execFileSync('fish', ['--no-config', '-c', typed], {
      cwd: dir,
      encoding: 'utf8',
      env,
      timeout: 25_000,
    })
    expect(stdout.trim().split(/\s+/).sort()).toEqual([...PROFILE_NAMES].sort())
  })

  it.runIf(has('zsh'))('are taken by zsh, and belong to howdah there', () => {
    writeFileSync(join(dir, '_howdah'), completionScript('zsh'))
    const typed = 'autoload -U compinit; compinit -u -D; source ./_howdah; print $_comps[howdah]'
    expect(execFileSync('zsh', ['-f', '-c', typed], { cwd: dir, encoding: 'utf8' })).toBe('_howdah\n')
  })

  it('are printed by the verb', () => {
    const { stdout, status } = spawnSync(join(ROOT, 'bin/howdah'), ['completion', 'zsh'], {
      encoding: 'utf8',
    })
    expect(status).toBe(0)
    expect(stdout.startsWith('#compdef howdah\n')).toBe(true)
  })
})
