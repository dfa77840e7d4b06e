import { describe, expect, it } from 'vitest'
import type { ChannelEnd } from '../../provisioners/transport/link.ts'
import { Ssh2Link } from '../../provisioners/transport/link-ssh2.ts'
import { runSession } from '../../provisioners/transport/session.ts'
import { fakeClient, type Step } from './support/fake-client.ts'

const linkOf = (first: readonly Step[], later: readonly Step[] = []): Ssh2Link =>
  new Ssh2Link(fakeClient(first, later), 'h1', 'alice')

describe('the end of a command over ssh2', () => {
  const KNOWN = { code: 3, signal: null }
  const RESET = 'read ECONNRESET'

  async function endOf(first: readonly Step[], later: readonly Step[]): Promise<ChannelEnd> {
    const channel = await linkOf(first, later).open('true')
    channel.stdout.resume()
    channel.stderr.resume()
    return channel.done
  }

  /** The same steps in one packet with the answer to exec, and each in an event of its own. */
  const bothWays = async (steps: readonly Step[]) => [await endOf(steps, []), await endOf([], steps)]

  it.each<[Step[]]>([
    [['exit', 'eof', 'close']],
    [['out', 'exit', 'eof', 'close']],
    [['eof', 'exit', 'close']],
    [['exit', 'close']],
    [['exit', 'out', 'eof', 'close']],
  ])('%j: the exit status is known', async (steps) => {
    expect(await bothWays(steps)).toEqual([KNOWN, KNOWN])
  })

  it('a signal is known as well', async () => {
    const killed = { code: null, signal: 'KILL' }
    expect(await bothWays(['signal', 'eof', 'close'])).toEqual([killed, killed])
  })

  it.each<[Step[], Step[]]>([
    [['exit', 'eof', 'close'], ['drop']],
    [['exit', 'eof'], ['drop']],
    [
      ['eof', 'exit'],
      ['error', 'drop'],
    ],
    [['out'], ['eof', 'exit', 'error', 'drop']],
    [[], ['exit', 'eof', 'drop']],
  ])('%j %j: known although the connection closes', async (first, later) => {
    expect(await endOf(first, later)).toEqual(KNOWN)
  })

  it.each<[Step[], Step[]]>([
    [[], ['error', 'drop']],
    [['out'], ['error', 'drop']],
    [
      ['out', 'eof'],
      ['error', 'drop'],
    ],
    [['error', 'drop'], []],
  ])('%j %j: unknown', async (first, later) => {
    expect(await endOf(first, later)).toEqual({ code: null, signal: null, lost: RESET })
  })

  it('a close without an exit status is not known either', async () => {
    const unknown = { code: null, signal: null }
    expect(await bothWays(['out', 'eof', 'close'])).toEqual([unknown, unknown])
  })

  it('an exit status whose output did not end is kept, and the loss is reported', async () => {
    expect(await endOf(['exit'], ['out', 'error', 'drop'])).toEqual({ ...KNOWN, lost: RESET })
  })

  it('waits for the output of stderr', async () => {
    const channel = await linkOf(['exit', 'eof', 'close']).open('true')
    const order: string[] = []
    channel.done.then(() => order.push('done'))
    channel.stdout.on('end', () => setImmediate(() => channel.stderr.resume())).resume()
    channel.stderr.on('end', () => order.push('stderr'))
    await channel.done
    expect(order).toEqual(['stderr', 'done'])
  })
})

describe('a script over ssh2', () => {
  const run = (first: readonly Step[], later: readonly Step[] = []) =>
    runSession({ host: 'h1', link: linkOf(first, later), redact: (text) => text }, { script: 'true' })

  it('gives all output and the exit status that came with the answer to exec', async () => {
    expect(await run(['begin', 'out', 'exit', 'eof', 'close'])).toMatchObject({ exit: 3, stdout: 'output\n' })
  })

  it('gives them where the connection closes after the end of the output', async () => {
    expect(await run(['begin', 'out'], ['exit', 'eof', 'drop'])).toMatchObject({
      exit: 3,
      stdout: 'output\n',
    })
  })

  it('is lost when the connection closes in the middle', async () => {
    await expect(run(['begin', 'out'], ['error', 'drop'])).rejects.toMatchObject({
      code: 'LINK_LOST',
      message: expect.stringContaining('unknown (read ECONNRESET)'),
    })
  })

  it('is lost when the output is incomplete, and the exit status is named', async () => {
    await expect(run(['begin', 'exit'], ['out', 'error', 'drop'])).rejects.toMatchObject({
      code: 'LINK_LOST',
      message: expect.stringContaining(
        'it ended with exit 3, but not all of its output arrived: read ECONNRESET',
      ),
    })
  })
})
