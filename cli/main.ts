#!/usr/bin/env node
import { setMaxListeners } from 'node:events'
import { EXIT } from '../provisioners/errors.ts'
import { type GlobalOptions, openConsole, reportError } from './console.ts'
import { watchInterruptions } from './interruption.ts'
import { buildProgram } from './program.ts'

const { abort } = watchInterruptions(process)
// Any number of tasks may listen to this signal.
setMaxListeners(0, abort.signal)

let options: GlobalOptions = {}
try {
  const program = buildProgram(async (globals, run) => {
    options = globals
    const console = await openConsole(globals, abort)
    try {
      process.exitCode = await run(console)
      await console.shown()
    } finally {
      console.clearLive()
    }
  })
  await program.parseAsync(process.argv)
} catch (error) {
  const code = reportError(error, options, abort.signal.aborted)
  process.exitCode = abort.signal.aborted ? EXIT.interrupted : code
}
