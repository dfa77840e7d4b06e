import { spawnSync } from 'node:child_process'
import type { Pipeline } from '../../../provisioners/config/types-pipeline.ts'
import type { StepResult } from '../../../provisioners/operations/pipeline/script.ts'
import { scratch as scratchAt } from '../../support/scratch.ts'

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

/** The programs need Python, which every host of a pipeline has. This machine may have none. */
export const noPython = spawnSync('python3', ['-c', 'import json']).status !== 0

/** A directory that is removed after the test. */
export const scratch = (): string => scratchAt('howdah-checks-')
