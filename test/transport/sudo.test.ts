import { describe, expect, it } from 'vitest'
import { Secret } from '../../provisioners/secret.ts'
import { checkSudoPassword, elevate, sudoRefusal } from '../../provisioners/transport/sudo.ts'

const password = new Secret("it's $ecret", 'sudo')

describe('elevate', () => {
  it('uses no sudo when the login user is the right one', () => {
    expect(elevate("'x'", 'root', 'root', password)).toEqual({ command: "sh -c 'x'", by: 'none' })
    expect(elevate("'x'", 'hdfs', undefined, undefined).by).toBe('none')
  })

  it('needs no sudo when root becomes another user', () => {
    expect(elevate("'x'", 'root', 'hdfs', password).command).toBe("runuser -s /bin/sh -c 'x' hdfs")
  })

  it('never prompts without a password, and never shows one', () => {
    expect(elevate("'x'", 'ops', 'root', undefined)).toEqual({
      command: "env LC_ALL=C sudo -n -H -u root sh -c 'x'",
      by: 'sudo',
    })
    const { command, password: asked } = elevate("'x'", 'ops', 'root', password)
    expect(command).toMatch(/^env LC_ALL=C sudo -S -p howdah-sudo-[0-9a-f]+: -H -u root sh -c 'x'$/)
    expect(command).not.toContain('ecret')
    expect(asked?.answer).toBe(password)
  })

  it('quotes the user', () => {
    expect(elevate("'x'", 'ops', 'a; reboot', undefined).command).toContain("-u 'a; reboot' sh")
  })
})

describe('sudoRefusal', () => {
  it.each([
    ['sudo: a password is required', 'SUDO_PASSWORD_REQUIRED'],
    ['\nsudo: no password was provided\nsudo: a password is required', 'SUDO_PASSWORD_REQUIRED'],
    ['sudo: a terminal is required to read the password; either use the -S option', 'SUDO_PASSWORD_REQUIRED'],
    ['sudo: interactive authentication is required', 'SUDO_PASSWORD_REQUIRED'],
    [
      'Sorry, try again.\nsudo: no password was provided\nsudo: a password is required',
      'SUDO_PASSWORD_WRONG',
    ],
    ['sudo: 3 incorrect password attempts', 'SUDO_PASSWORD_WRONG'],
    ['sudo: Authentication failed, try again.', 'SUDO_PASSWORD_WRONG'],
    ['ops is not in the sudoers file.  This incident will be reported.', 'SUDO_NOT_ALLOWED'],
    ["Sorry, user ops is not allowed to execute '/bin/sh' as root on w1.", 'SUDO_NOT_ALLOWED'],
    ['Sorry, user ops may not run sudo on w1.', 'SUDO_NOT_ALLOWED'],
    ['sudo: sorry, you must have a tty to run sudo', 'SUDO_TTY_REQUIRED'],
    ["env: 'sudo': No such file or directory", 'SUDO_MISSING'],
    ['env: »sudo«: Datei oder Verzeichnis nicht gefunden', 'SUDO_MISSING'],
    ["env: 'sudo': Permission denied", 'SUDO_MISSING'],
    ['sh: 1: sudo: not found', 'SUDO_MISSING'],
    ['bash: sudo: command not found', 'SUDO_MISSING'],
    ['sudo: unknown user nobodyhere', 'SUDO_USER_UNKNOWN'],
    ['runuser: user nobodyhere does not exist or the user entry does not contain', 'SUDO_USER_UNKNOWN'],
    ['sudo: /usr/bin/sudo must be owned by uid 0 and have the setuid bit set', 'SUDO_FAILED'],
    ['', 'SUDO_FAILED'],
  ])('reads %j as %s', (said, code) => {
    const error = sudoRefusal('w1', 'ops', 'root', said)
    expect(error).toMatchObject({ code, details: { exit: 'authentication', where: 'w1' } })
    expect(error.message).toContain('w1')
    expect(error.details.next).toBeTruthy()
    expect(error.details.next).not.toContain('USER')
  })
})

describe('checkSudoPassword', () => {
  it('refuses a password that sudo could only read in part', () => {
    expect(() => checkSudoPassword('w1', 'ops', new Secret('a\nb', 'x'))).toThrow(/line break/)
    expect(() => checkSudoPassword('w1', 'ops', password)).not.toThrow()
  })
})
