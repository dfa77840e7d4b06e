import { EventEmitter } from 'node:events'
import { Duplex, Readable } from 'node:stream'
import type { Client } from 'ssh2'

/** What a host or the network does to a channel. */
export type Step = 'begin' | 'exit' | 'signal' | 'out' | 'eof' | 'close' | 'error' | 'drop'

/** A channel that emits what ssh2's does, in the order of the test. */
class FakeChannel extends Duplex {
  readonly stderr = new Readable({ read: () => {} })

  constructor() {
    super({ emitClose: false, autoDestroy: false })
  }

  override _read(): void {}

  override _write(_chunk: Buffer, _encoding: string, next: () => void): void {
    next()
  }

  signal(): void {}

  eof(): void {
    for (const stream of [this, this.stderr]) if (!stream.readableEnded) stream.push(null)
  }

  /** As ssh2 does: the event comes after the end of stdout. */
  shut(): void {
    this.eof()
    if (this.readableEnded) this.emit('close')
    else this.once('end', () => this.emit('close'))
  }
}

/**
 * A client whose only command goes through `first` within the callback of exec, as where all of it is in one packet,
 * and through each of `later` in an event of its own.
 */
export function fakeClient(first: readonly Step[], later: readonly Step[] = []): Client {
  const client = new EventEmitter()
  const channel = new FakeChannel()
  let command = ''
  const steps: Record<Step, () => void> = {
    begin: () => {
      const marker = `${/echo (howdah-begin-[0-9a-f]+)/.exec(command)?.[1]}\n`
      channel.push(marker)
      channel.stderr.push(marker)
    },
    exit: () => void channel.emit('exit', 3),
    signal: () => void channel.emit('exit', null, 'SIGKILL', false, ''),
    out: () => void channel.push('output\n'),
    eof: () => channel.eof(),
    close: () => channel.shut(),
    error: () => void client.emit('error', new Error('read ECONNRESET')),
    // As ssh2 does: the client's event comes first, then each channel is closed.
    drop: () => {
      client.emit('close')
      channel.shut()
    },
  }
  const go = (rest: readonly Step[]): void => {
    const [step, ...more] = rest
    if (step === undefined) return
    setImmediate(() => {
      steps[step]()
      go(more)
    })
  }
  const exec = (line: string, answer: (error: undefined, opened: FakeChannel) => void): void => {
    command = line
    answer(undefined, channel)
    for (const step of first) steps[step]()
    go(later)
  }
  return Object.assign(client, { exec }) as unknown as Client
}
