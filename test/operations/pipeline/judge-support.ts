import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach } from 'vitest'
import type { StepResult } from '../../../provisioners/operations/pipeline/script.ts'
import type { Pipeline } from '../../../provisioners/spec/types-pipeline.ts'

export const PIPELINE: Pipeline = {
  master: 'm1',
  user: 'hadoop',
  home: '/home/hadoop',
  python: { version: '3', command: '/usr/bin/python3', packages: [] },
  root: '/edx',
  logs: '/data',
  logPattern: ['.*'],
  expandInterval: '2 days',
  hiveDatabase: 'default',
  intervalStart: '2013-01-01',
  sudoers: [],
  overrides: {},
}

export const step = (exit: number, out: string[] = [], err: string[] = []): StepResult => ({ exit, out, err })
export const saying = (steps_: Record<string, StepResult>, change: Record<string, StepResult> = {}) =>
  new Map(Object.entries({ ...steps_, ...change }))

/** The programs run on hosts, whose Python is a part of the contract; here they run where there is one. */
export const noPython = spawnSync('python3', ['-c', 'import json']).status !== 0

const made: string[] = []
afterEach(() => {
  for (const dir of made.splice(0)) rmSync(dir, { recursive: true, force: true })
})
/** A directory that is gone after the test. */
export const scratch = (): string => {
  const dir = mkdtempSync(join(tmpdir(), 'howdah-judge-'))
  made.push(dir)
  return dir
}
