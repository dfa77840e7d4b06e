import type { Readable, Writable } from 'node:stream'
import { HowdahError } from '../errors.ts'
import { raw, sh } from '../shell.ts'
import { newNonce } from './bootstrap.ts'
import { lastLines, messageOf } from './failures.ts'
import { type SessionRequest, writeAll } from './session.ts'
import type { RunResult, UploadRequest } from './types.ts'

const MISMATCH = 91

/**
 * The receiving script: a temporary file beside the target gets its mode before any content, is synced, checked and
 * only then renamed. After a failure the target is unchanged, and no temporary file is left.
 */
export function receiveScript(path: string, mode: string, sha256: string): string {
  const directory = path.slice(0, path.lastIndexOf('/')) || '/'
  const temporary = `${directory === '/' ? '' : directory}/.howdah-${newNonce()}.part`
  const file = raw(sh`${temporary}`)
  // A signal during the EXIT trap ends it early (such as SIGPIPE, when it reports a killed child), so both traps remove
  // the file.
  return sh`set -eu
umask 077
[ -d ${directory} ] || (umask 022; mkdir -p ${directory})
trap ${sh`rm -f ${temporary}`} EXIT
trap ${sh`rm -f ${temporary}; exit 143`} HUP INT PIPE TERM
exec 3>${file}
chmod ${mode} ${file}
cat >&3
exec 3>&-
sync ${file}
howdah_sum=$(sha256sum <${file})
howdah_sum=\${howdah_sum%% *}
[ "$howdah_sum" = ${sha256} ] || { echo "got $(wc -c <${file}) bytes with sha256 $howdah_sum" >&2; exit ${MISMATCH}; }
mv -fT ${file} ${path}
sync ${directory}
`
}

const sourceFailed = (request: UploadRequest, why: string, cause?: unknown): HowdahError =>
  new HowdahError({
    code: 'UPLOAD_SOURCE_FAILED',
    exit: 'stepFailed',
    message: `the source of ${request.path} could not be read: ${why}`,
    expected: `${request.bytes} bytes`,
    next: 'check the file on this machine (you can remove a cached artifact: it is fetched again)',
    cause,
  })

/** Writes the source to the channel. A failing, short or long source is an error, and never a hang. */
async function sendSource(request: UploadRequest, stdin: Writable, over: Promise<unknown>): Promise<void> {
  const source: Readable = request.open()
  // Without a listener, an error after the end of reading would be uncaught.
  source.on('error', () => {})
  let sent = 0
  request.onProgress?.(0)
  try {
    for await (const piece of source) {
      const chunk = Buffer.isBuffer(piece) ? piece : Buffer.from(piece)
      if (sent + chunk.length > request.bytes) throw sourceFailed(request, 'it has more bytes than expected')
      if (!(await writeAll(stdin, chunk, over))) return
      sent += chunk.length
      request.onProgress?.(sent)
    }
  } catch (error) {
    throw error instanceof HowdahError ? error : sourceFailed(request, messageOf(error), error)
  } finally {
    source.destroy()
  }
  if (sent !== request.bytes) throw sourceFailed(request, `it ended after ${sent} bytes`)
}

function checkResult(host: string, request: UploadRequest, result: RunResult): void {
  if (result.exit === 0) return
  const mismatch = result.exit === MISMATCH
  throw new HowdahError({
    code: mismatch ? 'UPLOAD_CORRUPT' : 'UPLOAD_FAILED',
    exit: 'stepFailed',
    message: mismatch
      ? `the file that arrived at ${host}:${request.path} differs from the one that was sent`
      : `${request.path} could not be written on ${host}`,
    ...(mismatch && { expected: `${request.bytes} bytes with sha256 ${request.sha256}` }),
    ...(mismatch && { found: lastLines(result.stderr, 1) }),
    where: `${host}:${request.path}`,
    next: mismatch
      ? 'run again; if it fails again, check the source'
      : `on ${host}: df -h, and ls -ld of the directory`,
    detail: lastLines(result.stderr),
  })
}

function check(request: UploadRequest): void {
  const wrong = [
    !request.path.startsWith('/') || request.path.endsWith('/') ? `path ${request.path}` : '',
    /^[0-7]{3,4}$/.test(request.mode) ? '' : `mode ${request.mode}`,
    /^[0-9a-f]{64}$/.test(request.sha256) ? '' : `sha256 ${request.sha256}`,
  ].filter((word) => word !== '')
  if (wrong.length > 0) throw new TypeError(`an upload cannot have ${wrong.join(', ')}`)
}

/**
 * Places a file on a host through the stdin of one command (never SFTP, whose write stream sends one packet at a
 * time). `run` runs a session; when the link drops, it is called again on a new link.
 */
export async function upload(
  host: string,
  request: UploadRequest,
  run: (session: SessionRequest) => Promise<RunResult>,
): Promise<void> {
  check(request)
  const attempt = () =>
    run({
      script: receiveScript(request.path, request.mode, request.sha256),
      payload: (stdin, over) => sendSource(request, stdin, over),
      ...(request.as !== undefined && { as: request.as }),
      ...(request.signal !== undefined && { signal: request.signal }),
    })
  const lost = (error: unknown): boolean => error instanceof HowdahError && error.code === 'LINK_LOST'
  let result: RunResult
  try {
    result = await attempt()
  } catch (error) {
    if (!lost(error)) throw error
    result = await attempt()
  }
  checkResult(host, request, result)
}
