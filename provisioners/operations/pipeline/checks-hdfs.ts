/** HDFS, with the commands that a run uses and the output that it parses. */

import type { Pipeline } from '../../config/types-pipeline.ts'
import { hdfsPaths } from '../../services/pipeline/index.ts'
import { generationOf } from '../../services/support/index.ts'
import { sh } from '../../shell.ts'
import { CheckFailure, tail } from '../verify/checks.ts'
import { both, parseSteps, type StepResult, steps } from './script.ts'
import type { PipelineCheck, PipelineRun } from './types.ts'

/** The result of a step. Throws CheckFailure when the script ended before it. */
export function stepOf(found: ReadonlyMap<string, StepResult>, name: string): StepResult {
  const step = found.get(name)
  if (!step) throw new CheckFailure(`the script ended before ${name}`)
  return step
}

export interface Listed {
  readonly path: string
  readonly bytes: number
  readonly owner: string
  /** `drwxrwxrwt` */
  readonly mode: string
}

/** Parses a listing as Luigi does: fields are separated by blanks, and the size is the fourth from the end. Throws CheckFailure. */
export function listed(lines: readonly string[]): Listed[] {
  return lines
    .filter((line) => !/^Found \d+ items$/.test(line))
    .map((line) => {
      const words = line.split(' ').filter((word) => word !== '')
      const bytes = Number(words.at(-4))
      if (!/^[d-][rwxstST-]{9}/.test(line) || words.length !== 8 || Number.isNaN(bytes)) {
        throw new CheckFailure(
          `the listing has a line that is not an entry: ${line}`,
          'the log of clients must not go to stdout',
        )
      }
      return { path: words.at(-1) ?? '', bytes, owner: words[2] ?? '', mode: words[0] ?? '' }
    })
}

const rootsOf = (pipeline: Pipeline): string[] => ['/tmp', ...Object.values(hdfsPaths(pipeline))]

const parentOf = (url: string): string => url.slice(0, url.lastIndexOf('/') + 1)

/** edX's settings name the parent of the logs, and a run lists it recursively. */
function listedFrom({ logs }: Pipeline): string {
  const above = parentOf(logs).slice(0, -1)
  return above === '' ? logs : above
}

function fsScript(run: PipelineRun, work: string): string {
  const { mkdir, remove, list, exists } = generationOf(run.input.cluster).fs
  const roots = rootsOf(run.input.pipeline).map((path) => `${run.fs}${path}`)
  // Hadoop 1 cannot list a directory itself, so its parent is listed.
  const ls = list[0] === '-lsr' ? ['-ls', ...new Set(roots.map(parentOf))] : ['-ls', '-d', ...roots]
  const file = `${work}/made/one`
  return steps(
    sh`step absent hadoop fs ${exists} ${`${work}/absent`}`,
    sh`step mkdir hadoop fs ${mkdir} ${`${work}/made`}`,
    sh`step put sh -c ${sh`printf 'three words here\\n' | hadoop fs -put - ${file}`}`,
    sh`step list hadoop fs ${list} ${work}`,
    sh`step move hadoop fs -mv ${`${work}/made`} ${`${work}/moved`}`,
    sh`step read hadoop fs -cat ${`${work}/moved/[^_]*`}`,
    sh`step remove hadoop fs ${remove} ${`${work}/moved`}`,
    sh`step roots hadoop fs ${ls}`,
    sh`step logs sh -c ${sh`exec hadoop fs ${list} ${`${run.fs}${listedFrom(run.input.pipeline)}`} >/dev/null`}`,
  )
}

function checkRoots(listing: readonly Listed[], pipeline: Pipeline, old: boolean): string[] {
  // Hadoop 1 has no sticky bit.
  const open = old ? 'drwxrwxrwx' : 'drwxrwxrwt'
  const at = (path: string) => listing.find((each) => each.path.replace(/^hdfs:\/\/[^/]*/, '') === path)
  return rootsOf(pipeline).flatMap((path) => {
    const is = at(path)
    if (is === undefined) return [`${path} is not there`]
    if (path === '/tmp') return is.mode === open ? [] : [`/tmp has the mode ${is.mode}, not ${open}`]
    // Logs belong to the user that sent them.
    if (path === pipeline.logs) return []
    return is.owner === pipeline.user ? [] : [`${path} belongs to ${is.owner}, not to ${pipeline.user}`]
  })
}

/** Files that are being shipped may vanish while they are listed. A directory that the account cannot read stops every run. */
const checkLogs = ({ err }: StepResult, pipeline: Pipeline): string[] =>
  err
    .filter((line) => line.includes('Permission denied'))
    .map((line) => `${listedFrom(pipeline)} cannot be listed by ${pipeline.user}: ${line}`)

/** Problems in the output of `hadoop fs`, a line each. */
export function checkFs(found: ReadonlyMap<string, StepResult>, pipeline: Pipeline, old: boolean): string[] {
  const wrong: string[] = []
  const absent = stepOf(found, 'absent')
  const last = absent.err.filter((line) => line.trim() !== '').at(-1) ?? ''
  if (absent.exit === 0) wrong.push('a missing path counts as there')
  else if (!old && !last.endsWith('No such file or directory')) {
    wrong.push(
      `the message about a missing path is "${last}", and its end must be "No such file or directory"`,
    )
  }
  for (const name of ['mkdir', 'put', 'list', 'move', 'read', 'remove', 'roots']) {
    const step = stepOf(found, name)
    if (step.exit !== 0) wrong.push(`${name}: exit ${step.exit}: ${step.err.at(-1) ?? ''}`)
  }
  wrong.push(...checkLogs(stepOf(found, 'logs'), pipeline))
  const paths = listed(stepOf(found, 'list').out)
  const one = paths.find(({ path }) => path.endsWith('/made/one'))
  if (one?.bytes !== 17) wrong.push(`the listing gives ${one?.bytes ?? 'no'} bytes for a file of 17`)
  const read = stepOf(found, 'read').out.join('\n')
  if (read !== 'three words here') wrong.push(`the file that was written reads ${JSON.stringify(read)}`)
  wrong.push(...checkRoots(listed(stepOf(found, 'roots').out), pipeline, old))
  return wrong
}

const hdfs: PipelineCheck = {
  name: 'hdfs',
  title: '`hadoop fs` does what a run needs, and prints what a run can parse',
  after: ['shell'],
  writes: true,
  async run(run) {
    const { cluster, pipeline } = run.input
    const { stdout, stderr } = await run.shell(fsScript(run, `${run.work}_fs`))
    const wrong = checkFs(parseSteps(stdout), pipeline, cluster.generation === 'hadoop1')
    if (wrong.length === 0)
      return `created, listed, moved, read and removed files below ${run.fs}${hdfsPaths(pipeline).root}`
    throw new CheckFailure(
      `${wrong.join('\n')}\n${tail(stderr, 3)}`.trimEnd(),
      `howdah plan; on ${run.master}, as ${pipeline.user}: hadoop fs -ls ${run.fs}/`,
    )
  },
}

/** Writes and removes a file like Sqoop's password file, whose content is not secret. */
const trash: PipelineCheck = {
  name: 'trash',
  title: "Nothing of Sqoop's password file is left in HDFS's trash",
  after: ['hdfs'],
  async run(run) {
    const { cluster, pipeline } = run.input
    const { remove, list } = generationOf(cluster).fs
    const mark = `${run.name}_password`
    const path = `/tmp/${mark}`
    const { stdout } = await run.shell(
      steps(
        sh`step put sh -c ${sh`printf 'no secret' | hadoop fs -put - ${path}`}`,
        sh`step remove hadoop fs ${remove} ${path}`,
        sh`step trash hadoop fs ${list} ${`/user/${pipeline.user}/.Trash`}`,
      ),
    )
    const found = parseSteps(stdout)
    for (const name of ['put', 'remove']) {
      const step = stepOf(found, name)
      if (step.exit !== 0) throw new CheckFailure(`${name}: ${tail(both(step), 5)}`)
    }
    const left = stepOf(found, 'trash').out.find((line) => line.includes(mark))
    if (left === undefined) return `${path} was removed, and is not in the trash`
    // Each run would leave another file.
    await run.shell(sh`hadoop fs -rm -r -skipTrash ${left.split(' ').at(-1) ?? ''} >/dev/null 2>&1`)
    throw new CheckFailure(
      `a removed password file stays in the trash: ${left}`,
      'remove fs.trash.interval from properties.core-site, and run howdah bootstrap',
    )
  },
}

export const HDFS_CHECKS: readonly PipelineCheck[] = [hdfs, trash]
