import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { bootstrap, INCOMPLETE } from '../../provisioners/transport/bootstrap.ts'

const shells = ['/bin/dash', '/bin/bash', '/bin/busybox'].filter((shell) => existsSync(shell))

/** As sshd does: the login shell gets the command line, and stdin is what arrived. */
function receive(login: string, command: string, input: Buffer) {
  const args = login.endsWith('busybox') ? ['sh', '-c', `sh -c ${command}`] : ['-c', `sh -c ${command}`]
  const { status, stdout, stderr } = spawnSync(login, args, { input, encoding: 'utf8' })
  return { status, stdout, stderr }
}

describe.each(shells)('the bootstrap under %s', (shell) => {
  it('runs nothing of a script that did not arrive as a whole, wherever it was cut', () => {
    const boot = bootstrap('echo one\necho two\n')
    for (const length of [0, 1, 9, boot.frame.length - 1]) {
      const got = receive(shell, boot.command, boot.frame.subarray(0, length))
      expect(got).toMatchObject({ status: INCOMPLETE, stdout: '' })
    }
    expect(receive(shell, boot.command, boot.frame)).toMatchObject({
      status: 0,
      stdout: `${boot.begin}\none\ntwo\n`,
    })
  })

  it('lets no command of the script read the rest of the script', () => {
    const boot = bootstrap('cat\nread x || echo nothing\nreadlink /proc/self/fd/0')
    expect(receive(shell, boot.command, boot.frame).stdout).toBe(`${boot.begin}\nnothing\n/dev/null\n`)
  })

  it('leaves the payload, and only that, to the script', () => {
    const boot = bootstrap('cat; echo "[$(wc -c </dev/null)]"', { payload: true })
    const input = Buffer.concat([boot.frame, Buffer.from('pay\nload')])
    expect(receive(shell, boot.command, input).stdout).toBe(`${boot.begin}\npay\nload[0]\n`)
  })

  it.each([
    ['exit 7', 7],
    ['set -e\nfalse\necho not reached', 1],
    ["trap 'echo bye' EXIT\nexit 3", 3],
    ['cat <<EOF\n$((1 + 1))\nEOF\nexit 4', 4],
    ['exit 255', 255],
    ['f() { return 5; }\nf', 5],
  ])('gives the exit code of %j', (script, code) => {
    for (const options of [{}, { payload: true }, { mark255: true }]) {
      const boot = bootstrap(script, options)
      const got = receive(shell, boot.command, boot.frame)
      expect(got.status).toBe(code)
      expect(got.stdout).not.toContain('not reached')
      expect(got.stderr.includes(boot.own255)).toBe(code === 255 && 'mark255' in options)
    }
  })
})

describe('bootstrap', () => {
  it('contains nothing that csh or fish would parse differently', () => {
    const { command } = bootstrap("echo 'x' \\ !", { payload: true, mark255: true })
    expect(command.slice(1, -1)).not.toMatch(/['\\!\n]/)
  })

  it('refuses a NUL byte, which a shell would drop silently', () => {
    expect(() => bootstrap('echo a\0b')).toThrow(TypeError)
  })
})
