import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { agentOf, userDataOf } from '../../../stacks/constructs/servers/user-data.ts'

// Downloads, dpkg and systemctl are stand-ins; a PATH of their own decides which download tool there is.
let root: string
const DEB = 'https://s3.eu-west-1.amazonaws.com/amazon-ssm-eu-west-1/latest/debian_amd64/amazon-ssm-agent.deb'

/** A command on the script's path that records how it was called. */
const command = (name: string, text: string): void => {
  const file = join(root, 'bin', name)
  writeFileSync(file, `#!/bin/sh\necho "${name} $*" >> "${root}/called"\n${text}\n`)
  chmodSync(file, 0o755)
}

const link = (...names: readonly string[]): void => {
  for (const name of names) {
    const at = execFileSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' }).trim()
    writeFileSync(join(root, 'bin', name), `#!/bin/sh\nexec ${at} "$@"\n`)
    chmodSync(join(root, 'bin', name), 0o755)
  }
}

const put = (path: string): void => {
  mkdirSync(dirname(join(root, path)), { recursive: true })
  writeFileSync(join(root, path), '')
}

const run = (region = 'eu-west-1') => {
  const { status, stdout, stderr } = spawnSync('/bin/sh', ['-s'], {
    input: agentOf({ region }).text,
    encoding: 'utf8',
    timeout: 20_000,
    env: { PATH: join(root, 'bin'), HOWDAH_ROOT: root, HOWDAH_PAUSE: '0', HOWDAH_ATTEMPTS: '3' },
  })
  return { exit: status, stdout, stderr }
}

const called = (): string[] =>
  existsSync(join(root, 'called')) ? readFileSync(join(root, 'called'), 'utf8').trim().split('\n') : []
const callsOf = (name: string): string[] => called().filter((call) => call.startsWith(`${name} `))

/** Succeeds from the given call on. */
const fromCall = (n: number, name: string, text: string): string =>
  `[ "$(grep -c '^${name} ' "${root}/called")" -ge ${n} ] || exit 2\n${text}`
/** Writes what the fakes take for a whole package to the argument after the option. */
const writes = (option: string): string =>
  `while [ $# -gt 1 ]; do [ "$1" = ${option} ] && echo package > "$2"; shift; done`

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'howdah-agent-'))
  mkdirSync(join(root, 'bin'))
  link('sed', 'mktemp', 'rm', 'timeout', 'grep', 'sleep')
  command('dpkg', '[ "$1" != --print-architecture ] || echo amd64')
  command('dpkg-deb', '[ -s "$2" ]')
  command('systemctl', '')
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

describe('the agent of Session Manager', () => {
  it.each([
    ['a package', '/usr/bin/amazon-ssm-agent'],
    ['a snap', '/snap/amazon-ssm-agent/current'],
    ['a snap that is not unpacked yet', '/var/lib/snapd/seed/snaps/amazon-ssm-agent_9565.snap'],
  ])('is left alone where the image has it as %s', (_, path) => {
    put(path)
    expect(run()).toMatchObject({ exit: 0, stderr: '' })
    expect(called()).toEqual([])
  })

  it.each([
    ['curl', '-o'],
    ['wget', '-O'],
  ])("is fetched by %s from the region's bucket, installed, enabled and started", (name, option) => {
    command(name, writes(option))
    expect(run()).toMatchObject({ exit: 0, stderr: '' })
    expect(callsOf(name)).toHaveLength(1)
    expect(callsOf(name)[0]).toContain(DEB)
    expect(callsOf('dpkg').at(-1)).toMatch(/^dpkg -i \S+\.deb$/)
    expect(callsOf('systemctl')).toEqual([
      'systemctl enable amazon-ssm-agent',
      'systemctl start amazon-ssm-agent',
    ])
  })

  it('is fetched by Python where the image has neither, as the smallest of Debian', () => {
    command('python3', 'echo package > "$4"')
    expect(run().exit).toBe(0)
    expect(called().join('\n')).toContain(DEB)
    expect(callsOf('systemctl')).toHaveLength(2)
  })

  it('is the one of the processor, and of the partition', () => {
    command('curl', writes('-o'))
    command('dpkg', '[ "$1" != --print-architecture ] || echo arm64')
    expect(run('cn-north-1').exit).toBe(0)
    expect(callsOf('curl')[0]).toContain(
      'https://s3.cn-north-1.amazonaws.com.cn/amazon-ssm-cn-north-1/latest/debian_arm64/amazon-ssm-agent.deb',
    )
    command('dpkg', 'echo riscv64')
    expect(run()).toMatchObject({ exit: 1, stderr: expect.stringContaining('no package for riscv64') })
  })

  it('is fetched again when the network is late, and installed again when dpkg is busy', () => {
    command('curl', fromCall(2, 'curl', writes('-o')))
    command('dpkg', `[ "$1" != --print-architecture ] || { echo amd64; exit; }\n${fromCall(3, 'dpkg', '')}`)
    expect(run().exit).toBe(0)
    expect(callsOf('curl')).toHaveLength(2)
    expect(callsOf('dpkg').filter((call) => call.includes(' -i '))).toHaveLength(2)
    expect(callsOf('systemctl')).toHaveLength(2)
  })

  it.each([
    ['nothing can be fetched', () => command('curl', 'exit 28'), /not installed in 3 attempts/],
    ['there is nothing to fetch with', () => undefined, /no curl, wget or python3/],
    ['it does not start', () => command('systemctl', 'exit 1'), /did not start/],
  ])('fails with a message in the log when %s', (title, break_, said) => {
    if (title === 'it does not start') command('curl', writes('-o'))
    break_()
    const { exit, stderr } = run()
    expect(exit).toBe(1)
    expect(stderr).toMatch(said)
    expect(stderr).toMatch(/FAILED: .*can't be reached through Session Manager/)
  })

  it('reports an image without dpkg', () => {
    rmSync(join(root, 'bin/dpkg'))
    expect(run()).toMatchObject({ exit: 1, stderr: expect.stringContaining('no dpkg') })
  })
})

describe('user data of several scripts', () => {
  const scripts = [
    { name: 'one', text: '#!/bin/sh\nexit 1\n' },
    { name: 'two', text: '#!/bin/sh\necho "done"\n' },
  ]

  it('is read by the parser that cloud-init reads it with, script by script', () => {
    const python =
      'import email, json, sys\nm = email.message_from_string(sys.stdin.read())\nprint(json.dumps([[p.get_filename(), p.get_content_type(), p.get_payload(decode=True).decode()] for p in m.get_payload()]))'
    const parts = JSON.parse(
      execFileSync('python3', ['-c', python], { input: userDataOf(scripts), encoding: 'utf8' }),
    )
    expect(parts).toEqual(
      scripts.map(({ name, text }, i) => [`${i + 1}-${name}.sh`, 'text/x-shellscript', text]),
    )
  })

  it('holds ASCII alone', () => {
    for (const region of ['eu-west-1', 'cn-north-1'])
      expect(agentOf({ region }).text).toMatch(/^[\n\x20-\x7e]+$/)
  })
})
