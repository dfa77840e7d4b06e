/** HDFS by the words that a run uses, and by the text that it reads. */

import type { Pipeline } from '../../config/types-pipeline.ts'
import { hdfsPaths } from '../../services/pipeline/index.ts'
import { generationOf } from '../../services/support/index.ts'
import { sh } from '../../shell.ts'
import { CheckFailure, tail } from '../verify/checks.ts'
import { both, parseSteps, type StepResult, steps } from './script.ts'
import type { PipelineCheck, PipelineRun } from './types.ts'

/** A step's result, or a failure that says that the script broke off before it. */
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

/** The names in a listing, read as Luigi does: by single blanks, the size fourth from the end. Throws CheckFailure. */
export function listed(lines: readonly string[]): Listed[] {
  return lines
    .filter((line) => !/^Found \d+ items$/.test(line))
    .map((line) => {
      const words = line.split(' ').filter((word) => word !== '')
      const bytes = Number(words.at(-4))
      if (!/^[d-][rwxstST-]{9}/.test(line) || words.length !== 8 || Number.isNaN(bytes)) {
        throw new CheckFailure(
          `a listing holds a line that is none: ${line}`,
          'the log of clients must not go to stdout',
        )
      }
      return { path: words.at(-1) ?? '', bytes, owner: words[2] ?? '', mode: words[0] ?? '' }
    })
}

const rootsOf = (pipeline: Pipeline): string[] => ['/tmp', ...Object.values(hdfsPaths(pipeline))]

const parentOf = (url: string): string => url.slice(0, url.lastIndexOf('/') + 1)

/** edX's settings name the directory above the logs, and a run lists it with all that lies below. */
function listedFrom({ logs }: Pipeline): string {
  const above = parentOf(logs).slice(0, -1)
  return above === '' ? logs : above
}

function fsScript(run: PipelineRun, work: string): string {
  const { mkdir, remove, list, exists } = generationOf(run.input.cluster).fs
  const roots = rootsOf(run.input.pipeline).map((path) => `${run.fs}${path}`)
  // Hadoop 1 lists what is in a directory, and never the directory.
  const look = list[0] === '-lsr' ? ['-ls', ...new Set(roots.map(parentOf))] : ['-ls', '-d', ...roots]
  const file = `${work}/made/one`
  return steps(
    sh`step absent hadoop fs ${exists} ${`${work}/absent`}`,
    sh`step mkdir hadoop fs ${mkdir} ${`${work}/made`}`,
    sh`step put sh -c ${sh`printf 'three words here\\n' | hadoop fs -put - ${file}`}`,
    sh`step list hadoop fs ${list} ${work}`,
    sh`step move hadoop fs -mv ${`${work}/made`} ${`${work}/moved`}`,
    sh`step read hadoop fs -cat ${`${work}/moved/[^_]*`}`,
    sh`step remove hadoop fs ${remove} ${`${work}/moved`}`,
    sh`step roots hadoop fs ${look}`,
    sh`step logs sh -c ${sh`exec hadoop fs ${list} ${`${run.fs}${listedFrom(run.input.pipeline)}`} >/dev/null`}`,
  )
}

function judgeRoots(listing: readonly Listed[], pipeline: Pipeline, old: boolean): string[] {
  // No Hadoop 1 knows the sticky bit.
  const open = old ? 'drwxrwxrwx' : 'drwxrwxrwt'
  const at = (path: string) => listing.find((each) => each.path.replace(/^hdfs:\/\/[^/]*/, '') === path)
  return rootsOf(pipeline).flatMap((path) => {
    const is = at(path)
    if (is === undefined) return [`${path} is not there`]
    if (path === '/tmp') return is.mode === open ? [] : [`/tmp has the mode ${is.mode}, not ${open}`]
    // Logs belong to whoever brings them.
    if (path === pipeline.logs) return []
    return is.owner === pipeline.user ? [] : [`${path} belongs to ${is.owner}, not to ${pipeline.user}`]
  })
}

/** What is being shipped may vanish while it is listed; what is closed to the account stops every run. */
const judgeLogs = ({ err }: StepResult, pipeline: Pipeline): string[] =>
  err
    .filter((line) => line.includes('Permission denied'))
    .map((line) => `${listedFrom(pipeline)} cannot be listed by ${pipeline.user}: ${line}`)

/** What is wrong with what `hadoop fs` said, a line each. */
export function judgeFs(found: ReadonlyMap<string, StepResult>, pipeline: Pipeline, old: boolean): string[] {
  const wrong: string[] = []
  const absent = stepOf(found, 'absent')
  const last = absent.err.filter((line) => line.trim() !== '').at(-1) ?? ''
  if (absent.exit === 0) wrong.push('a path that is not there counts as there')
  else if (!old && !last.endsWith('No such file or directory')) {
    wrong.push(
      `a path that is not there is told by "${last}", and its end must be "No such file or directory"`,
    )
  }
  for (const name of ['mkdir', 'put', 'list', 'move', 'read', 'remove', 'roots']) {
    const step = stepOf(found, name)
    if (step.exit !== 0) wrong.push(`${name}: exit ${step.exit}: ${step.err.at(-1) ?? ''}`)
  }
  wrong.push(...judgeLogs(stepOf(found, 'logs'), pipeline))
  const paths = listed(stepOf(found, 'list').out)
  const one = paths.find(({ path }) => path.endsWith('/made/one'))
  if (one?.bytes !== 17) wrong.push(`the listing gives ${one?.bytes ?? 'no'} bytes for a file of 17`)
  const read = stepOf(found, 'read').out.join('\n')
  if (read !== 'three words here') wrong.push(`a file was read back as ${JSON.stringify(read)}`)
  wrong.push(...judgeRoots(listed(stepOf(found, 'roots').out), pipeline, old))
  return wrong
}

const hdfs: PipelineCheck = {
  name: 'hdfs',
  title: '`hadoop fs` does what a run asks, and says it in the words that a run reads',
  after: ['shell'],
  writes: true,
  async run(run) {
    const { cluster, pipeline } = run.input
    const { stdout, stderr } = await run.shell(fsScript(run, `${run.work}_fs`))
    const wrong = judgeFs(parseSteps(stdout), pipeline, cluster.generation === 'hadoop1')
    if (wrong.length === 0)
      return `made, listed, moved, read and removed below ${run.fs}${hdfsPaths(pipeline).root}`
    throw new CheckFailure(
      `${wrong.join('\n')}\n${tail(stderr, 3)}`.trimEnd(),
      `howdah plan; on ${run.master}, as ${pipeline.user}: hadoop fs -ls ${run.fs}/`,
    )
  },
}

/** The way of Sqoop's password file, with a word that is no secret. */
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
        sh`step look hadoop fs ${list} ${`/user/${pipeline.user}/.Trash`}`,
      ),
    )
    const found = parseSteps(stdout)
    for (const name of ['put', 'remove']) {
      const step = stepOf(found, name)
      if (step.exit !== 0) throw new CheckFailure(`${name}: ${tail(both(step), 5)}`)
    }
    const left = stepOf(found, 'look').out.find((line) => line.includes(mark))
    if (left === undefined) return `${path} was removed, and is nowhere else`
    // The word is no secret, but the place would fill up.
    await run.shell(sh`hadoop fs -rm -r -skipTrash ${left.split(' ').at(-1) ?? ''} >/dev/null 2>&1`)
    throw new CheckFailure(
      `a removed password file stays in the trash: ${left}`,
      'take fs.trash.interval out of properties.core-site, and run howdah bootstrap',
    )
  },
}

export const HDFS_CHECKS: readonly PipelineCheck[] = [hdfs, trash]
