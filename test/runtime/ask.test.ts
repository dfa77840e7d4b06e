import { Readable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { HowdahError } from '../../provisioners/errors.ts'
import { ask, connectionTo, send } from '../../provisioners/runtime/ask.ts'
import { askDaemons } from '../../provisioners/runtime/health.ts'
import { linkLost } from '../../provisioners/transport/failures.ts'
import type { RunRequest, RunResult, Transport, UploadRequest } from '../../provisioners/transport/types.ts'

function host(answer: (request: RunRequest) => Partial<RunResult>) {
  const requests: (RunRequest | UploadRequest)[] = []
  const transport: Transport = {
    host: 'm1',
    run: async (request) => {
      requests.push(request)
      return { exit: 0, stdout: '', stderr: '', ms: 1, ...answer(request) }
    },
    upload: async (request) => void requests.push(request),
    connect: () => Promise.reject(new Error('nothing is connected to')),
    close: async () => {},
  }
  return { transports: { m1: transport }, requests }
}

const lost = (): never => {
  throw linkLost('m1', true, 'the host went down')
}

describe('a question to a host', () => {
  it('passes on the script, the account, the time limit and the signal, and nothing else', async () => {
    const { transports, requests } = host(() => ({ exit: 3, stdout: 'a\n' }))
    const { signal } = new AbortController()
    const result = await ask(transports, 'm1', {
      ...{ title: 'a question', script: 'exit 3', as: 'root', timeoutMs: 50, signal },
    })
    expect(result).toMatchObject({ exit: 3, stdout: 'a\n' })
    await ask(transports, 'm1', { title: 'a dump', script: 'true', timeoutMs: 'unbounded' })
    expect(requests).toEqual([{ script: 'exit 3', as: 'root', timeoutMs: 50, signal }, { script: 'true' }])
  })

  it('keeps the end of each stream', async () => {
    const { transports } = host(() => ({ stdout: 'begin end', stderr: 'short' }))
    const question = { title: 'a question', script: 'true', timeoutMs: 50 }
    expect(await ask(transports, 'm1', { ...question, keep: 5 })).toMatchObject({
      ...{ stdout: 'n end', stderr: 'short' },
    })
    expect(await ask(transports, 'm1', question)).toMatchObject({ stdout: 'begin end' })
  })

  it('adds its title to an error, and keeps the code and the next command of the transport', async () => {
    const { transports } = host(lost)
    const asked = ask(transports, 'm1', { title: 'the ledger', script: 'true', timeoutMs: 50 })
    await expect(asked).rejects.toMatchObject({
      ...{ code: 'LINK_LOST', exitCode: 11 },
      message: expect.stringMatching(/^the ledger: the link to m1 dropped/),
      details: { where: 'm1', next: expect.stringContaining('same command again') },
    })
  })

  it('does not change other errors', async () => {
    const { transports } = host(() => {
      throw new TypeError('undefined is not a function')
    })
    const asked = ask(transports, 'm1', { title: 'the ledger', script: 'true', timeoutMs: 50 })
    await expect(asked).rejects.toSatisfy((error) => !(error instanceof HowdahError))
  })

  it('names a host that it has no connection to', async () => {
    const { transports } = host(() => ({}))
    const wanted = {
      ...{ code: 'HOST_NOT_CONNECTED', exitCode: 11, message: 'no connection to w9' },
      details: { where: 'w9', next: 'ssh w9 true' },
    }
    expect(() => connectionTo(transports, 'w9')).toThrow('no connection to w9')
    const asked = ask(transports, 'w9', { title: 'a question', script: 'true', timeoutMs: 50 })
    await expect(asked).rejects.toMatchObject(wanted)
  })

  it('sends a file without the title, which belongs to errors', async () => {
    const { transports, requests } = host(() => ({}))
    const file = { open: () => Readable.from(['a']), bytes: 1, sha256: 'x', path: '/tmp/a', mode: '0600' }
    await send(transports, 'm1', { title: 'the dump', ...file })
    expect(requests).toEqual([file])
  })
})

it('a health check on a host without a connection fails, with the next command', async () => {
  const { transports } = host(() => ({ stdout: 'live' }))
  const check = { name: 'datanode', title: 'a DataNode', script: 'true', next: 'howdah status' }
  const checks = [
    { ...check, host: 'm1' },
    { ...check, host: 'w9' },
  ]
  expect(await askDaemons(transports, checks)).toMatchObject([
    { host: 'm1', status: 'pass', detail: 'live' },
    { host: 'w9', status: 'fail', detail: 'no connection to w9', next: 'ssh w9 true' },
  ])
})
