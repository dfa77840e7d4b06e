import type { ErrorCode, ErrorDetails } from '../errors.ts'
import { HowdahError } from '../errors.ts'

type Details = Omit<ErrorDetails, 'code' | 'exit'>

/** An error with exit 13: a precondition fails before anything is changed. */
export const preflight = (code: ErrorCode, details: Details): HowdahError =>
  new HowdahError({ code, exit: 'preflight', ...details })

/** A file with another hash than the published or pinned one. */
export function checksumError(what: string, origin: string, found: string, expected: string): HowdahError {
  return preflight('ARTIFACT_CHECKSUM', {
    message: `${what} does not have the expected checksum`,
    found,
    expected,
    where: origin,
    next: 'Compare the checksum with the one that the project publishes; use another mirror if this one is wrong.',
  })
}

export function truncatedError(what: string, origin: string, found: string, expected: string): HowdahError {
  return preflight('ARTIFACT_TRUNCATED', {
    message: `${what} is truncated`,
    found,
    expected,
    where: origin,
    next: 'Run again: the download continues where it stopped. If the file is still truncated, use another mirror.',
  })
}

export function tooLargeError(what: string, origin: string, found: string, expected: string): HowdahError {
  return preflight('ARTIFACT_TOO_LARGE', {
    message: `${what} is larger than anything that Howdah installs`,
    found,
    expected,
    where: origin,
    next: 'Check the address: the server may send something else, or send without an end. Use another mirror.',
  })
}

export function htmlError(what: string, origin: string): HowdahError {
  return preflight('ARTIFACT_HTML', {
    message: `The server sent an HTML page instead of ${what}`,
    found: 'text/html',
    expected: 'the file itself',
    where: origin,
    next: 'A proxy or a list of mirrors may answer here: open the address in a browser, and use a mirror directly.',
  })
}

export function noChecksumError(what: string, tried: readonly string[]): HowdahError {
  return preflight('ARTIFACT_NO_CHECKSUM', {
    message: `No mirror has a checksum for ${what}, so it is not used`,
    found: 'no .sha512, .sha256 or .mds file for it',
    expected: 'a checksum file on one of the mirrors',
    detail: tried.join('\n'),
    next:
      "Set artifacts.keys to the project's KEYS file, so that its signature is checked, use `provider: file` with the " +
      'address and the sha256 that you trust, or add a mirror that has a checksum.',
  })
}

export function notFoundError(what: string, tried: readonly string[]): HowdahError {
  return preflight('ARTIFACT_NOT_FOUND', {
    message: `${what} was not found at any of ${tried.length} addresses`,
    expected: what,
    detail: tried.join('\n'),
    next: 'Only https://archive.apache.org/dist has older releases: add it to artifacts.mirrors.',
  })
}

export function networkError(what: string, origin: string, cause: unknown): HowdahError {
  return new HowdahError({
    code: 'ARTIFACT_NETWORK',
    exit: 'connection',
    message: `${what} could not be fetched: ${causeOf(cause)}`,
    where: origin,
    next: "Check the address and this machine's network, then run again.",
    cause,
  })
}

export function diskError(file: string, cause: unknown): HowdahError {
  return preflight('ARTIFACT_DISK', {
    message: `${file} cannot be written: ${causeOf(cause)}`,
    where: file,
    next: 'Free disk space, or set HOWDAH_CACHE to a directory on another disk.',
    cause,
  })
}

/** fetch() hides the reason ("fetch failed") in its cause. */
function causeOf(error: unknown): string {
  const inner = error instanceof Error && error.cause instanceof Error ? error.cause : error
  return inner instanceof Error ? inner.message || inner.name : String(inner)
}
