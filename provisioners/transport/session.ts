import { constants } from 'node:os'
import type { Writable } from 'node:stream'
import { StringDecoder } from 'node:string_decoder'
import { HowdahError } from '../errors.ts'
import type { Secret } from '../secret.ts'
import { type Bootstrap, bootstrap, INCOMPLETE } from './bootstrap.ts'
import { lastLines, linkLost, neverBegins, runAborted, runFlood, runTimeout } from './failures.ts'
import type { ChannelEnd, CommandChannel, Link } from './link.ts'
import { BoundedText, LineSplitter, MarkerGate } from './output.ts'
import { checkSudoPassword, type Elevation, elevate, sudoRefusal } from './sudo.ts'
import type { RunRequest, RunResult } from './types.ts'

/** Writes the bytes that a script reads from stdin. Must reject when its source fails, and stop once `over` is settled. */
export type Payload = (stdin: Writable, over: Promise<unknown>) => Promise<void>

export interface SessionRequest extends RunRequest {
  readonly payload?: Payload
}

export interface SessionContext {
  readonly host: string
  readonly link: Link
  readonly sudoPassword?: Secret
  readonly redact: (text: string) => string
  /** Bytes of each stream that are kept; default 16 MiB. */
  readonly keepBytes?: number
  /** The time for sudo until the script can be sent; default 60 s. */
  readonly sudoPatienceMs?: number
  /** The time until the whole script has arrived and begins; default 180 s. */
  readonly beginMs?: number
}

/** Writes with backpressure. Returns false when the command has ended, since a dead channel never drains. */
export async function writeAll(stdin: Writable, chunk: Buffer, over: Promise<unknown>): Promise<boolean> {
  if (stdin.destroyed || stdin.writableEnded) return false
  if (stdin.write(chunk)) return true
  let drained: () => void = () => {}
  const drain = new Promise<true>((resolve) => {
    drained = () => resolve(true)
    stdin.once('drain', drained)
  })
  const result = await Promise.race([drain, over.then(() => false)])
  stdin.removeListener('drain', drained)
  return result
}

const hasStatus = ({ code, signal }: ChannelEnd): boolean => code !== null || signal !== null

const SLICE = 256 * 1024
const SUDO_PATIENCE_MS = 60_000
const BEGIN_MS = 180_000
const MIB = 1024 * 1024
/** Of what comes before the script, and of its stderr. */
const MOST_STDERR = 64 * MIB
/** Of stdout that is kept for the result. A caller of `onLine` decides itself how long it listens. */
const MOST_STDOUT = 1024 * MIB

/** One script on one channel: sends it, answers sudo, collects the output and determines the outcome. */
class Session {
  readonly #context: SessionContext
  readonly #request: SessionRequest
  readonly #boot: Bootstrap
  readonly #elevation: Elevation
  readonly #stdout: BoundedText
  readonly #stderr: BoundedText
  readonly #outGate: MarkerGate
  readonly #errGate: MarkerGate
  readonly #lines: LineSplitter | undefined
  /** stderr before the script begins: sudo's prompt and refusals, output of the login shell. */
  #preamble = ''
  readonly #preambleDecoder = new StringDecoder('utf8')
  #prompts = 0
  #ready = false
  /** After a timeout, an abort, or a failure of `onLine`: the outcome is final, whatever happens next. */
  #over = false
  /** Bytes that arrived before the script began. */
  #early = 0
  #fail: (error: unknown) => void = () => {}
  #onPreamble: () => void = () => {}

  constructor(context: SessionContext, request: SessionRequest) {
    const { link, sudoPassword } = context
    const keepBytes = request.keepBytes ?? context.keepBytes
    this.#context = context
    this.#request = request
    this.#boot = bootstrap(request.script, {
      payload: request.payload !== undefined,
      mark255: link.ambiguous255,
    })
    this.#elevation = elevate(this.#boot.command, link.loginUser, request.as, sudoPassword)
    if (this.#elevation.password !== undefined) {
      checkSudoPassword(context.host, link.loginUser, this.#elevation.password.answer)
    }
    const stdout = new BoundedText(keepBytes)
    const stderr = new BoundedText(keepBytes)
    const lines = request.onLine === undefined ? undefined : new LineSplitter((line) => this.#emitLine(line))
    this.#stdout = stdout
    this.#stderr = stderr
    this.#lines = lines
    const { mostBytes, onLine } = request
    const mostStdout = mostBytes ?? (onLine === undefined ? MOST_STDOUT : Number.POSITIVE_INFINITY)
    const mostStderr = mostBytes ?? MOST_STDERR
    this.#outGate = new MarkerGate(this.#boot.begin, (chunk) => {
      stdout.push(chunk)
      if (stdout.total > mostStdout) this.#flood('stdout', mostStdout)
      else lines?.push(chunk)
    })
    this.#errGate = new MarkerGate(this.#boot.begin, (chunk) => {
      stderr.push(chunk)
      if (stderr.total > mostStderr) this.#flood('stderr', mostStderr)
    })
  }

  #flood(stream: string, most: number): void {
    this.#fail(runFlood(this.#context.host, stream, most))
  }

  get #began(): boolean {
    return this.#outGate.open || this.#errGate.open
  }

  async run(): Promise<RunResult> {
    const started = performance.now()
    const guard = this.#guard()
    let channel: CommandChannel | undefined
    try {
      const opening = this.#context.link.open(this.#elevation.command)
      // When the guard fires first, a channel that opens later must be stopped.
      opening.then((late) => this.#over && late.kill()).catch(() => {})
      channel = await Promise.race([opening, guard.promise])
      const { done } = channel
      this.#listen(channel)
      const fed = this.#feed(channel).then(() => done)
      fed.catch(() => {})
      // `done` separately, since a slow source must not delay the end of the command.
      const end = await Promise.race([fed, done, guard.promise])
      this.#lines?.end()
      // `onLine` may have thrown at the last line.
      if (this.#over) await guard.promise
      return this.#outcome(end, performance.now() - started)
    } catch (error) {
      channel?.kill()
      throw error
    } finally {
      guard.stop()
    }
  }

  /**
   * Calls `onLine`, but not after the run is over. Its error ends the run here: it must not reach the SSH client, which
   * calls this while it reads its socket, and would lose the connection.
   */
  #emitLine(line: string): void {
    if (this.#over) return
    try {
      this.#request.onLine?.(line)
    } catch (error) {
      this.#fail(error)
    }
  }

  /** Rejects when the run is over before its command is. */
  #guard() {
    const { timeoutMs, signal } = this.#request
    const { host } = this.#context
    const guard = { promise: undefined as unknown as Promise<never>, stop: () => {} }
    guard.promise = new Promise<never>((_, reject) => {
      const fire = (error: unknown) => {
        this.#over = true
        reject(error)
      }
      this.#fail = fire
      const abort = () => fire(runAborted(host))
      const late = () => fire(runTimeout(host, timeoutMs as number, this.#lastLines()))
      const timer = timeoutMs === undefined ? undefined : setTimeout(late, timeoutMs)
      const { beginMs = BEGIN_MS } = this.#context
      const slow = () => this.#began || fire(neverBegins(host, beginMs, this.#lastLines()))
      const begin = setTimeout(slow, beginMs)
      if (signal?.aborted) abort()
      signal?.addEventListener('abort', abort, { once: true })
      guard.stop = () => {
        clearTimeout(timer)
        clearTimeout(begin)
        signal?.removeEventListener('abort', abort)
      }
    })
    guard.promise.catch(() => {})
    return guard
  }

  #lastLines(): string {
    return this.#context.redact(lastLines(this.#began ? this.#stderr.text() : this.#preamble))
  }

  /** Reads both streams to the end: a channel with unread output never closes. */
  #listen(channel: CommandChannel): void {
    channel.stdout.on('data', (chunk: Buffer) => {
      if (!this.#outGate.open) this.#countEarly(chunk)
      this.#outGate.push(chunk)
    })
    channel.stderr.on('data', (chunk: Buffer) => {
      if (!this.#errGate.open) {
        this.#countEarly(chunk)
        this.#readPreamble(chunk)
      }
      this.#errGate.push(chunk)
    })
  }

  /** Output before the script is that of a login shell or a banner. */
  #countEarly(chunk: Buffer): void {
    this.#early += chunk.length
    const most = this.#request.mostBytes ?? MOST_STDERR
    // The first chunk of a script's own output may be counted too, which changes nothing.
    if (this.#early > most) this.#flood('its streams before the script began', most)
  }

  #readPreamble(chunk: Buffer): void {
    this.#preamble = (this.#preamble + this.#preambleDecoder.write(chunk)).slice(-64 * 1024)
    this.#ready ||= this.#preamble.includes(`${this.#boot.ready}\n`)
    const prompt = this.#elevation.password?.prompt
    if (prompt !== undefined) this.#prompts = this.#preamble.split(prompt).length - 1
    this.#onPreamble()
  }

  async #feed(channel: CommandChannel): Promise<void> {
    const { stdin, done } = channel
    if (this.#elevation.password !== undefined && !(await this.#answerSudo(channel))) return
    const { frame } = this.#boot
    for (let at = 0; at < frame.length; at += SLICE) {
      if (!(await writeAll(stdin, frame.subarray(at, at + SLICE), done))) return
    }
    await this.#request.payload?.(stdin, done)
    stdin.end()
  }

  /**
   * Answers the prompt if there is one. The script is only sent after sudo has started its shell, so only sudo reads the
   * password. False: the command ended before that.
   */
  async #answerSudo({ stdin, done }: CommandChannel): Promise<boolean> {
    const { password } = this.#elevation
    let sent = 0
    let timer: NodeJS.Timeout | undefined
    const ready = new Promise<boolean>((resolve, reject) => {
      const refuse = (text: string) => reject(this.#refusal(text))
      this.#onPreamble = () => {
        if (this.#ready) return resolve(true)
        // A second prompt means that the password was wrong, whatever this sudo prints.
        if (this.#prompts > sent && sent === 1) return refuse(`${this.#preamble}\nSorry, try again.`)
        if (this.#prompts > sent) {
          sent = 1
          stdin.write(`${password?.answer.reveal()}\n`)
        }
      }
      const patience = this.#context.sudoPatienceMs ?? SUDO_PATIENCE_MS
      timer = setTimeout(() => refuse(`sudo printed nothing for ${patience} ms\n${this.#preamble}`), patience)
    })
    try {
      return await Promise.race([ready, done.then(() => false)])
    } finally {
      clearTimeout(timer)
      this.#onPreamble = () => {}
    }
  }

  #refusal(text: string): HowdahError {
    const { host, link, redact } = this.#context
    const prompt = this.#elevation.password?.prompt
    // sudo repeats the whole refused command, which would hide the reason.
    const short = text.replaceAll(this.#boot.command.slice(1, -1), 'SCRIPT')
    const clean = prompt === undefined ? short : short.replaceAll(prompt, '')
    return sudoRefusal(host, link.loginUser, this.#request.as ?? '', redact(clean))
  }

  #outcome(end: ChannelEnd, ms: number): RunResult {
    const stderr = this.#stderr.text()
    const own255 = this.#errGate.open && stderr.includes(`${this.#boot.own255}\n`)
    const lost255 = this.#context.link.ambiguous255 && end.code === 255 && !own255
    if (lost255 || end.lost !== undefined || !hasStatus(end)) throw this.#lost(end)
    if (!this.#began) throw this.#neverBegan(end)
    return {
      exit: end.code ?? 128 + (constants.signals[`SIG${end.signal}` as NodeJS.Signals] ?? 0),
      stdout: this.#stdout.text(),
      stderr: own255 ? stderr.replace(`${this.#boot.own255}\n`, '') : stderr,
      ms: Math.round(ms),
    }
  }

  #lost(end: ChannelEnd): HowdahError {
    const text = this.#preamble.replaceAll(/^howdah-.*\n/gm, '').trim()
    const dropped = end.lost ?? (lastLines(text, 1) || 'it closed without an exit code')
    const status = end.code === null ? `signal ${end.signal}` : `exit ${end.code}`
    const known = end.lost !== undefined && hasStatus(end)
    const why = known ? `it ended with ${status}, but not all of its output arrived: ${dropped}` : dropped
    // Without its marker, it is unknown whether a completely sent script began.
    const mayHaveBegun = this.#began || this.#elevation.password === undefined || this.#ready
    return linkLost(this.#context.host, mayHaveBegun, this.#context.redact(why))
  }

  #neverBegan(end: ChannelEnd): HowdahError {
    const { host, link, redact } = this.#context
    if (this.#ready || end.code === INCOMPLETE) {
      return linkLost(host, false, 'the script did not arrive completely')
    }
    if (this.#elevation.by !== 'none') return this.#refusal(this.#preamble)
    return new HowdahError({
      code: 'SSH_SHELL_FAILED',
      exit: 'connection',
      message: `the login shell of ${link.loginUser} on ${host} does not run commands (exit ${end.code ?? end.signal})`,
      where: host,
      next: "check the login shell of this user, and ForceCommand in the host's sshd_config",
      detail: redact(lastLines(`${this.#outGate.preamble}\n${this.#preamble}`).trim()),
    })
  }
}

/** Runs one script over a link. Throws as `Transport.run` does. */
export async function runSession(context: SessionContext, request: SessionRequest): Promise<RunResult> {
  if (request.signal?.aborted) throw runAborted(context.host)
  return new Session(context, request).run()
}
