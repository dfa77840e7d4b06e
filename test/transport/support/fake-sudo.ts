import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Link } from '../../../provisioners/transport/link.ts'
import { program } from './sshd.ts'

export type SudoMode = 'free' | 'password' | 'sudoers' | 'tty' | 'silent'

/** Prints the messages of sudo, reads the password as sudo does (up to one newline), and does not change the user. */
const SCRIPT = `#!/bin/sh
here=\${0%/*}
mode=$(cat "$here/sudo.mode")
{ printf '%s\\n' "$@"; env; } >>"$here/sudo.seen"
asks=
while :; do
  case $1 in
    -n) asks=never ;;
    -S) asks=stdin ;;
    -p) prompt=$2; shift ;;
    -u) user=$2; shift ;;
    -H) ;;
    *) break ;;
  esac
  shift
done
export SUDO_USER_WANTED="$user"
case $mode in
  free) exec "$@" ;;
  tty) echo 'sudo: sorry, you must have a tty to run sudo' >&2; exit 1 ;;
  silent) sleep 30; exit 1 ;;
esac
if [ "$asks" = never ]; then echo 'sudo: a password is required' >&2; exit 1; fi
for attempt in 1 2 3; do
  printf %s "$prompt" >&2
  IFS= read -r password || { printf '\\nsudo: no password was provided\\nsudo: a password is required\\n' >&2; exit 1; }
  if [ "$password" = "$(cat "$here/sudo.password")" ]; then
    [ "$mode" = password ] && exec "$@"
    echo 'alice is not in the sudoers file.  This incident will be reported.' >&2
    exit 1
  fi
  echo 'Sorry, try again.' >&2
done
echo 'sudo: 3 incorrect password attempts' >&2
exit 1
`

export interface FakeSudo {
  set(mode: SudoMode): Promise<void>
  /** Every argument and environment that it was ever called with. */
  seen(): Promise<string>
}

export async function fakeSudo(bin: string, password: string): Promise<FakeSudo> {
  await mkdir(bin, { recursive: true })
  await program(join(bin, 'sudo'), SCRIPT)
  await writeFile(join(bin, 'sudo.password'), password)
  return {
    set: (mode) => writeFile(join(bin, 'sudo.mode'), mode),
    seen: () => readFile(join(bin, 'sudo.seen'), 'utf8'),
  }
}

/** The same link with the login user `alice`, so that tests by root use sudo as well. */
export const asAlice = (link: Link): Link => ({
  loginUser: 'alice',
  get alive() {
    return link.alive
  },
  ambiguous255: link.ambiguous255,
  open: (command) => link.open(command),
  connect: (address, port) => link.connect(address, port),
  close: () => link.close(),
})
