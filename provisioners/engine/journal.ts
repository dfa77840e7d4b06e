import { randomBytes } from 'node:crypto'
import { closeSync, fsyncSync, mkdirSync, openSync, readdirSync, readFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import type { Ref, StepAction, StepOutcome } from './types.ts'

export type JournalRecord =
  | { readonly type: 'start'; readonly cluster: string; readonly steps: number }
  | {
      readonly type: 'step'
      readonly ref: Ref
      readonly action: StepAction
      /** sha256 of the step's input, without secrets. */
      readonly input: string
      readonly outcome: StepOutcome
      readonly ms: number
    }
  | { readonly type: 'end'; readonly outcome: 'done' | 'failed' | 'interrupted'; readonly ms: number }

export type JournalEntry = JournalRecord & { readonly at: string; readonly run: string }

/** What one run did: one line per action, on disk before the next action starts. */
export interface Journal {
  readonly run: string
  readonly path: string
  write(record: JournalRecord): void
  close(): void
}

/** Opens the journal of a new run in `dir` (made 0700 when absent); the file is 0600 and only ever appended to. */
export function openJournal(
  dir: string,
  about: { readonly cluster: string; readonly verb: string },
): Journal {
  mkdirSync(dir, { recursive: true, mode: 0o700 })
  const stamp = new Date().toISOString().replace(/[-:]|\.\d+/g, '')
  const run = `${stamp}-${about.verb}-${randomBytes(3).toString('hex')}`
  const path = join(dir, `${run}.ndjson`)
  const fd = openSync(path, 'ax', 0o600)
  let open = true
  return {
    run,
    path,
    write(record) {
      writeSync(fd, `${JSON.stringify({ at: new Date().toISOString(), run, ...record })}\n`)
      fsyncSync(fd)
    },
    close() {
      if (open) closeSync(fd)
      open = false
    },
  }
}

/** All entries of a journal file. An incomplete last line, after a crash, is left out. */
export function readJournal(path: string): JournalEntry[] {
  const lines = readFileSync(path, 'utf8').split('\n')
  // Every complete line ends in a line feed, so text after the last line feed is incomplete.
  return lines.slice(0, -1).map((line) => JSON.parse(line) as JournalEntry)
}

/** Journal files in a directory, oldest first; none when there is no directory. */
export function listJournals(dir: string): string[] {
  try {
    return readdirSync(dir)
      .filter((name) => name.endsWith('.ndjson'))
      .sort()
      .map((name) => join(dir, name))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}
