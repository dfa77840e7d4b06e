import { spawnSync } from 'node:child_process'
import { EventEmitter } from 'node:events'
import { openSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { interruptedExit, watchInterruptions } from '../../cli/interruption.ts'

const ROOT = join(import.meta.dirname, '../..')

/** A process whose signals and output the test makes. */
function fakeProcess() {
  const stream = () => Object.assign(new EventEmitter(), { write: vi.fn((_text: string) => true) })
  const io = Object.assign(new EventEmitter(), { exit: vi.fn(), stdout: stream(), stderr: stream() })
  const watched = watchInterruptions({ ...io, on: () => io } as never)
  return { io, watched }
}

describe('an interrupted run', () => {
  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)('exits as a shell expects after %s', (signal, code) => {
    expect(interruptedExit(130, signal)).toBe(code)
    // A run that was done before the signal came is done.
    expect(interruptedExit(0, signal)).toBe(0)
  })

  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    'ends in order at the first %s, at once at the second',
    (signal) => {
      const io = Object.assign(new EventEmitter(), {
        ...{ exit: vi.fn(), stdout: new EventEmitter() },
        stderr: Object.assign(new EventEmitter(), { write: vi.fn() }),
      })
      const { abort } = watchInterruptions(io as never)
      io.emit(signal)
      expect(abort.signal.aborted).toBe(true)
      expect(io.exit).not.toHaveBeenCalled()
      io.emit(signal)
      expect(io.exit).toHaveBeenCalledOnce()
    },
  )
})

describe('output that cannot be written', () => {
  it('is an error with its cause, and no stack', () => {
    const { io, watched } = fakeProcess()
    io.stdout.emit('error', Object.assign(new Error('no space'), { code: 'ENOSPC' }))
    expect(io.stderr.write).toHaveBeenCalledWith('error the output could not be written: ENOSPC\n')
    expect(watched.exitCode(0)).toBe(1)
  })

  it('is silent for a closed pipe, and ends what runs', () => {
    const { io, watched } = fakeProcess()
    io.stdout.emit('error', Object.assign(new Error('closed'), { code: 'EPIPE' }))
    expect(io.stderr.write).not.toHaveBeenCalled()
    expect(watched.exitCode(0)).toBe(0)
    expect(watched.abort.signal.aborted).toBe(true)
  })

  it.runIf(process.platform === 'linux')('exits with 1 for a real full device', () => {
    const full = openSync('/dev/full', 'w')
    const { status, stderr } = spawnSync(join(ROOT, 'bin/howdah'), ['schema'], {
      ...{ stdio: ['ignore', full, 'pipe'], encoding: 'utf8', timeout: 60_000 },
    })
    expect(stderr).toBe('error the output could not be written: ENOSPC\n')
    expect(status).toBe(1)
  })
})
