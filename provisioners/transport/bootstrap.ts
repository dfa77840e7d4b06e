import { randomBytes } from 'node:crypto'

/**
 * The one-line command that receives a script. It has no single quotes, backslashes, exclamation marks or newlines,
 * because the login shell that parses it may be csh or fish.
 *
 * It reads the whole script into a variable and checks its last line before it runs anything, so nothing runs when the
 * link drops while the script is sent. Then stdin is /dev/null, or the payload that follows.
 */
export interface Bootstrap {
  /** The argument of `sh -c`, quoted. */
  readonly command: string
  /** The script as sent. */
  readonly frame: Buffer
  /** Written to stderr after the login and sudo, before the script is read. */
  readonly ready: string
  /** Written to stdout and stderr when the whole script has arrived and begins. */
  readonly begin: string
  /** Written to stderr when the script itself ended with 255 (only with `mark255`). */
  readonly own255: string
}

export interface BootstrapOptions {
  /** The script reads more bytes from stdin. */
  readonly payload?: boolean
  readonly mark255?: boolean
}

/** Exit code of a bootstrap that did not receive the whole script. */
export const INCOMPLETE = 250

export const newNonce = (): string => randomBytes(12).toString('hex')

/** Frames a script for sending. Throws TypeError for a script with a NUL byte, which no shell accepts. */
export function bootstrap(script: string, options: BootstrapOptions = {}): Bootstrap {
  if (script.includes('\0')) throw new TypeError('a shell script cannot contain a NUL byte')
  const nonce = newNonce()
  const [ready, begin, own255, end] = ['ready', 'begin', '255', 'end'].map(
    (word) => `howdah-${word}-${nonce}`,
  )
  const frame = Buffer.from(`${script}\n#${end}`)
  // head reads exactly the script, and leaves the payload in the pipe.
  const read = options.payload ? `head -c ${frame.length}` : 'cat'
  const run = 'eval "$howdah_script"'
  const body = [
    'unset LC_ALL',
    `echo ${ready} >&2`,
    `howdah_script=$(${read})`,
    `case $howdah_script in *"#${end}") ;; *) exit ${INCOMPLETE};; esac`,
    `echo ${begin}`,
    `echo ${begin} >&2`,
    ...(options.payload ? [] : ['exec </dev/null']),
    ...(options.mark255
      ? [`(${run})`, 'howdah_exit=$?', `test $howdah_exit -ne 255 || echo ${own255} >&2`, 'exit $howdah_exit']
      : [run]),
  ]
  return {
    command: `'${body.join('; ')}'`,
    frame,
    ready: ready as string,
    begin: begin as string,
    own255: own255 as string,
  }
}
