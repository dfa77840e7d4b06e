import { spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { taskNodes } from '../../../provisioners/operations/verify/members.ts'
import { placeOf } from '../../../provisioners/operations/verify/place.ts'
import {
  askJobTracker,
  parseSections,
  proveTrackedJob,
} from '../../../provisioners/operations/verify/proof-jobtracker.ts'
import { killScript } from '../../../provisioners/operations/verify/tools.ts'
import { hadoop1 } from './hadoop1.ts'

const id = 'job_201311281200_0001'
const place = placeOf(hadoop1, 'r1', false)

const LIST = `2 jobs submitted
States are:
\tRunning : 1\tSucceded : 2\tFailed : 3\tPrep : 4
JobId\tState\tStartTime\tUserName\tPriority\tSchedulingInfo
${id}\t2\t1385640000000\tsqoop\tNORMAL\tNA
job_201311281200_0002\t3\t1385640000000\tsqoop\tNORMAL\tNA
`
const EVENTS = `Task completion events for ${id}
Number of events (from 0) are: 3
SUCCEEDED attempt_201311281200_0001_m_000000_0 http://w1:50060/tasklog?plaintext=true&attemptid=attempt_201311281200_0001_m_000000_0
FAILED attempt_201311281200_0001_m_000001_0 http://stranger:50060/tasklog?plaintext=true&attemptid=attempt_201311281200_0001_m_000001_0
SUCCEEDED attempt_201311281200_0001_m_000001_1 http://w2:50060/tasklog?plaintext=true&attemptid=attempt_201311281200_0001_m_000001_1
SUCCEEDED attempt_201311281200_0001_r_000000_0 http://w1:50060/tasklog?plaintext=true&attemptid=attempt_201311281200_0001_r_000000_0
`
const answersOf = (events: string, list = LIST) => parseSections(`@@ list\n${list}@@ events.${id}\n${events}`)

describe('a job of the JobTracker', () => {
  it('is proved by where its attempts ran', () => {
    expect(proveTrackedJob(hadoop1, answersOf(EVENTS), id)).toEqual({
      id,
      uber: false,
      maps: 2,
      reduces: 1,
      hosts: ['w1', 'w2'],
      doubts: [],
    })
  })

  it.each([
    ['is unknown', EVENTS, '', /has no record of it/],
    ['failed', EVENTS, LIST.replace(`${id}\t2`, `${id}\t3`), /^FAILED/],
    ['was killed', EVENTS, LIST.replace(`${id}\t2`, `${id}\t5`), /^KILLED/],
    ['still runs', EVENTS, LIST.replace(`${id}\t2`, `${id}\t1`), /^RUNNING/],
    ['ran on the master', EVENTS.replaceAll('http://w1', 'http://m1'), LIST, /ran on m1:50060/],
    ['has no tasks', 'Number of events (from 0) are: 0\n', LIST, /no task/],
  ])('that %s is doubted', (_, events, list, doubt) => {
    expect(proveTrackedJob(hadoop1, answersOf(events, list), id).doubts.join('\n')).toMatch(doubt)
  })
})

it('reads TaskTrackers from the JobTracker’s answer, and which of them are blacklisted', () => {
  const bean = {
    AliveNodesInfoJson: JSON.stringify([{ hostname: 'w1.example.org', health: 'OK' }, { hostname: 'w2' }]),
    BlacklistedNodesInfoJson: JSON.stringify([{ hostname: 'w2' }]),
  }
  const nodes = taskNodes(hadoop1, new Map([['jobtracker', { beans: [bean] }]]))
  expect([...nodes]).toEqual([
    ['w1', 'RUNNING'],
    ['w2', 'BLACKLISTED'],
  ])
  expect(taskNodes(hadoop1, new Map()).size).toBe(0)
})

describe('with a stand-in for the hadoop command', () => {
  let dir = ''
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'howdah-'))
    const play = `#!/bin/sh
case "$1 $2 $3" in
  'job -list all') cat <<'E'
${LIST}E
  ;;
  'job -list ') printf '${id}\\t1\\n' ;;
  'job -status ${id}') printf '\\nJob: ${id}\\nfile: hdfs://m1:8020/x/job.xml\\n' ;;
  'fs -cat hdfs://m1:8020/x/job.xml') cat "${dir}/job.xml" ;;
  'job -events ${id}') cat <<'E'
${EVENTS}E
  ;;
  *) echo "$*" >>"${dir}/said" ;;
esac
`
    writeFileSync(join(dir, 'hadoop'), play)
    chmodSync(join(dir, 'hadoop'), 0o755)
  })
  afterEach(() => rmSync(dir, { recursive: true }))

  const run = (script: string) =>
    spawnSync('sh', ['-s'], {
      input: script.replaceAll(place.local, dir).replace('/usr/local/bin', dir),
      encoding: 'utf8',
    })

  it('asks for the list and for each job, and parses the answers', () => {
    const { stdout, status } = run(askJobTracker(place, [id]))
    expect(status).toBe(0)
    expect(proveTrackedJob(hadoop1, parseSections(stdout), id).doubts).toEqual([])
  })

  it.each([
    ['kills a job whose file names the run', 'howdah_verify_r1', `job -kill ${id}`],
    ['leaves a job of others alone', 'another', ''],
  ])('%s', (_, name, killed) => {
    writeFileSync(join(dir, 'job.xml'), `<configuration><value>/tmp/${name}/x</value></configuration>`)
    writeFileSync(join(dir, 'said'), '')
    run(killScript(place))
    expect(spawnSync('cat', [join(dir, 'said')], { encoding: 'utf8' }).stdout.trim()).toBe(killed)
  })
})
