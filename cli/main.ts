#!/usr/bin/env node
import { setMaxListeners } from 'node:events'
import { constants } from 'node:os'
import { EXIT } from '../provisioners/errors.ts'
import { type GlobalOptions, openConsole, reportError } from './console.ts'
import { buildProgram } from './program.ts'

const abort = new AbortController()
// Any number of tasks may listen to this signal.
setMaxListeners(0, abort.signal)

/** The first Ctrl-C lets running steps finish and releases the lock; the second one ends at once. */
function onSignal(signal: NodeJS.Signals): void {
  if (abort.signal.aborted) process.exit(128 + constants.signals[signal])
  process.stderr.write('\ninterrupted: finishing what runs, then stopping (again to stop at once)\n')
  abort.abort()
}
process.on('SIGINT', onSignal)
process.on('SIGTERM', onSignal)
// A closed pipe (`howdah plan | head`) is not an error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(EXIT.done)
  throw error
})

let options: GlobalOptions = {}
try {
  const program = buildProgram(async (globals, run) => {
    options = globals
    const console = await openConsole(globals, abort)
    try {
      process.exitCode = await run(console)
    } finally {
      console.clearLive()
    }
  })
  await program.parseAsync(process.argv)
} catch (error) {
  process.exitCode = abort.signal.aborted ? EXIT.interrupted : EXIT.unexpected
  const code = reportError(error, options)
  if (!abort.signal.aborted) process.exitCode = code
}
