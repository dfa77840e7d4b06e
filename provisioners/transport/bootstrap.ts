import { randomBytes } from 'node:crypto'

/**
 * The one-liner that receives a script. It is free of single quotes, backslashes, exclamation marks and
 * newlines, because the login shell that first sees it may be csh or fish.
 *
 * The whole script is read into a variable and its last line checked before anything of it runs, so a link
 * that drops in the middle of sending runs nothing. Then stdin is /dev/null, or the payload that follows.
 */
export interface Bootstrap {
  /** To be given to `sh -c`, quoted already. */
  readonly command: string
  /** The script as it travels. */
  readonly frame: Buffer
  /** Written to stderr when the login or sudo is done and the script is awaited. */
  readonly ready: string
  /** Written to stdout and stderr when the script is there as a whole and begins. */
  readonly begin: string
  /** Written to stderr when the script itself ended with 255 (only with `mark255`). */
  readonly own255: string
}

export interface BootstrapOptions {
  /** Bytes follow the script on stdin, which the script reads. */
  readonly payload?: boolean
  readonly mark255?: boolean
}

/** Exit code of a bootstrap that did not receive the script as a whole. */
export const INCOMPLETE = 250

export const newNonce = (): string => randomBytes(12).toString('hex')

/** Frames a script for the wire. Throws TypeError for a script with a NUL byte, which no shell can hold. */
export function bootstrap(script: string, options: BootstrapOptions = {}): Bootstrap {
  if (script.includes('\0')) throw new TypeError('a shell script cannot hold a NUL byte')
  const nonce = newNonce()
  const [ready, begin, own255, end] = ['ready', 'begin', '255', 'end'].map(
    (word) => `howdah-${word}-${nonce}`,
  )
  const frame = Buffer.from(`${script}\n#${end}`)
  // head takes exactly the script, and leaves the payload in the pipe.
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
