/**
 * npm run bench:startup: how long the packed command takes to start, compared with Node.js itself. The commands
 * take turns, so that other load of the machine affects all of them alike. Fails when a goal is not met.
 */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const ROUNDS = Number(process.argv[2] ?? 25)
const root = fileURLToPath(new URL('..', import.meta.url))
const howdah = `${root}dist/howdah.js`

interface Candidate {
  readonly title: string
  readonly args: readonly string[]
  /** The limit, as a multiple of the time of Node.js itself. */
  readonly goal?: number
}

const CANDIDATES: readonly Candidate[] = [
  { title: 'node -e 0', args: ['-e', '0'] },
  { title: 'howdah --version', args: [howdah, '--version'], goal: 2.5 },
  { title: 'howdah --help', args: [howdah, '--help'], goal: 2.5 },
  { title: 'howdah validate (5 hosts)', args: [howdah, 'validate', `${root}examples/small.yml`], goal: 6 },
]

interface Time {
  readonly wall: number
  readonly cpu: number
}

/** One run for the elapsed time, and one in a shell, which reports the CPU time of its children. */
function run({ title, args }: Candidate): Time {
  const from = performance.now()
  const { status } = spawnSync(process.execPath, args, { stdio: 'ignore', cwd: root })
  const wall = performance.now() - from
  const script = '"$@" >/dev/null 2>&1 || exit 1; times'
  const words = ['-c', script, 'sh', process.execPath, ...args]
  const timed = spawnSync('sh', words, { encoding: 'utf8', cwd: root })
  if (status !== 0 || timed.status !== 0) throw new Error(`${title} failed`)
  // The second line: user and system time of the shell's children, as 0m0.052s.
  const cpu = (timed.stdout.split('\n')[1] ?? '').split(' ').reduce((sum, word) => {
    const [minutes = '0', seconds = '0'] = word.replace('s', '').split('m')
    return sum + (Number(minutes) * 60 + Number(seconds)) * 1000
  }, 0)
  return { wall, cpu }
}

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN

if (!existsSync(howdah)) throw new Error('there is no dist/: npm run build')
const times = new Map<string, Time[]>(CANDIDATES.map(({ title }) => [title, []]))
for (let round = 0; round < ROUNDS; round++)
  for (const candidate of CANDIDATES) times.get(candidate.title)?.push(run(candidate))

const medians = CANDIDATES.map(({ title, goal }) => {
  const all = times.get(title) ?? []
  return { title, goal, wall: median(all.map((time) => time.wall)), cpu: median(all.map((time) => time.cpu)) }
})
const [bare] = medians
if (bare === undefined) throw new Error('nothing was measured')
process.stdout.write(`Node.js ${process.version}, medians of ${ROUNDS} alternating runs\n`)
for (const { title, goal, wall, cpu } of medians) {
  const [byWall, byCpu] = [wall / bare.wall, cpu / bare.cpu]
  const met =
    goal === undefined ? '' : Math.max(byWall, byCpu) <= goal ? `goal ${goal}: met` : `goal ${goal}: NOT MET`
  if (met.includes('NOT')) process.exitCode = 1
  process.stdout.write(
    `${title.padEnd(26)} ${wall.toFixed(0).padStart(5)} ms ${byWall.toFixed(2).padStart(6)}x   ` +
      `CPU ${cpu.toFixed(0).padStart(4)} ms ${byCpu.toFixed(2).padStart(6)}x   ${met}\n`,
  )
}
