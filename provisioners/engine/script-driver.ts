import { createReadStream } from 'node:fs'
import { HowdahError } from '../errors.ts'
import type { Reporter } from '../events.ts'
import { sh } from '../shell.ts'
import { runTimeout } from '../transport/failures.ts'
import type { Transport } from '../transport/types.ts'
import { BATCH_WAIT_SECONDS, batchLock, stopFile } from './batch-paths.ts'
import { type BatchItem, compileBatch } from './compile.ts'
import { checkFence } from './fence.ts'
import { outrun } from './fence-errors.ts'
import type { Fence } from './fence-script.ts'
import { newNonce, parseFrames } from './frames.ts'
import { parseProbe, probeScript } from './probe.ts'
import type { Registry } from './registry.ts'
import { RECORD_FILE } from './removal/record.ts'
import { StepReader } from './step-reader.ts'
import type { Resource, StepReport, TargetDriver, Upload } from './types.ts'

export interface ScriptDriverOptions {
  readonly target: string
  readonly transport: Transport
  readonly registry: Registry
  readonly report: Reporter
  /** Directory of running batches on the host; `/run/howdah` when absent. */
  readonly runDir?: string
  /** The host's record of what Howdah manages; `/var/lib/howdah/resources` when absent. */
  readonly recordFile?: string
  /** Whose shell runs the scripts: root when absent, `null` for the login user (tests). */
  readonly as?: string | null
  /** The run that holds the lock, asked before each batch; absent or undefined: the host checks nothing. */
  readonly fence?: () => Fence | undefined
  /** The host's record of the newest run; `/var/lib/howdah/fence` when absent. */
  readonly fenceFile?: string
}

/** A file larger than this is not fetched for a diff. */
const DIFF_BYTES = 1_048_576
const PROBE_MS = 10 * 60_000
const STEP_SECONDS = 600
/** Added to the bound of a step, which the host keeps first. */
const SLACK_SECONDS = 60
/** Of a batch only the markers are read, as they arrive, and the last lines of its stderr. */
const KEEP_BYTES = 256 * 1024
/** A batch sends at most one output; more is a flood. */
const MOST_BYTES = 64 * 1024 * 1024

type Run = (script: string, more?: Partial<Parameters<Transport['run']>[0]>) => ReturnType<Transport['run']>

/** The driver of a host behind a Transport: one script to read it, one script per batch to change it. */
export function createScriptDriver(options: ScriptDriverOptions): TargetDriver {
  const { target, transport, registry, recordFile = RECORD_FILE } = options
  const as = options.as === null ? {} : { as: options.as ?? 'root' }
  const run: Run = (script, more = {}) => transport.run({ script, timeoutMs: PROBE_MS, ...as, ...more })
  // A batch has the bounds of its steps.
  const unbounded: Run = (script, more = {}) => transport.run({ script, ...as, ...more })
  return {
    target,
    async probe(resources, signal) {
      const nonce = newNonce()
      const script = probeScript(resources, registry, { nonce, recordFile })
      return parseProbe(await run(script, signal ? { signal } : {}), resources, registry, { target, nonce })
    },
    async quiet() {
      const lock = batchLock(options.runDir ?? '/run/howdah')
      const script = sh`[ ! -e ${lock} ] || flock -w ${BATCH_WAIT_SECONDS} ${lock} true`
      const { exit } = await run(script, { timeoutMs: (BATCH_WAIT_SECONDS + 60) * 1000 })
      if (exit !== 0) throw brokenBatch(target, exit, 'an earlier batch still runs on this host')
    },
    contents: (resources) => readContents(run, registry, resources),
    async apply(batch, onStep, signal) {
      const missing = await missingUploads(run, batch, registry)
      const fence = options.fence?.()
      // A file is sent under another name first, and its content is checked, so it is enough to ask before.
      if (fence && missing.length > 0) await checkFence(transport, fence, options)
      for (const { item, upload } of missing) {
        const sent = await send(options, as, item, upload, onStep, signal)
        if (!sent) return
      }
      await runBatch(options, { run, unbounded }, batch, onStep, signal)
    },
  }
}

async function readContents(run: Run, registry: Registry, resources: readonly Resource[]) {
  const nonce = newNonce()
  const paths = resources.map((resource) => registry.of(resource).contentPath?.(resource))
  const script = paths.flatMap((path, i) =>
    path === undefined
      ? []
      : [
          sh`if [ -f ${path} ] && [ "$(stat -c %s -- ${path})" -le ${DIFF_BYTES} ]; then`,
          `  printf '\\n@${nonce} %s\\n' ${i}`,
          sh`  base64 -w 0 -- ${path}`,
          'fi',
        ],
  )
  const { stdout } = await run(`${script.join('\n')}\nexit 0\n`)
  const contents: Record<string, string> = {}
  for (const { head, body } of parseFrames(stdout, nonce)) {
    const resource = resources[Number(head)]
    if (resource) contents[resource.id] = Buffer.from(body.trim(), 'base64').toString('utf8')
  }
  return contents
}

interface Pending {
  readonly item: BatchItem
  readonly upload: Upload
}

/** Uploads of a batch whose file is not on the host yet, or has another sha256. */
async function missingUploads(run: Run, batch: readonly BatchItem[], registry: Registry): Promise<Pending[]> {
  const wanted = batch.flatMap((item) => {
    const upload = registry.of(item.resource).upload?.(item.resource)
    return upload ? [{ item, upload }] : []
  })
  if (wanted.length === 0) return []
  const lines = wanted.map(({ upload }) => sh`sha256sum <${upload.path} 2>/dev/null || echo absent`)
  const { stdout } = await run(`${lines.join('\n')}\n`)
  const sums = stdout.split('\n').map((line) => line.slice(0, 64))
  return wanted.filter(({ upload }, i) => sums[i] !== upload.sha256)
}

/** Sends one file. A refusal fails that step; a lost link is thrown to the caller. */
async function send(
  { target, transport, report }: ScriptDriverOptions,
  as: { readonly as?: string },
  { ref }: BatchItem,
  { file, path, bytes, sha256 }: Upload,
  onStep: (report: StepReport) => void,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const progress = {
    type: 'progress',
    id: `${target}:${path}`,
    title: `Sending ${nameOf(path)}`,
    host: target,
  } as const
  const onProgress = (done: number) => report({ ...progress, done, total: bytes, unit: 'bytes' })
  const started = Date.now()
  try {
    const open = () => createReadStream(file)
    await transport.upload({
      open,
      bytes,
      sha256,
      path,
      mode: '0600',
      onProgress,
      ...as,
      ...(signal && { signal }),
    })
    return true
  } catch (error) {
    if (error instanceof HowdahError && ['LINK_LOST', 'RUN_TIMEOUT', 'RUN_ABORTED'].includes(error.code))
      throw error
    const output = error instanceof Error ? error.message : String(error)
    onStep({ ref, status: 'start', ms: 0, output: '' })
    onStep({ ref, status: 'failed', ms: Date.now() - started, output })
    return false
  }
}

const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1)

/**
 * The bound of a running batch: the wait for an earlier batch, then the bound of each step as it starts. `signal` is aborted
 * when it has passed.
 */
function watch(seconds: readonly number[]) {
  const late = new AbortController()
  let timer: NodeJS.Timeout | undefined
  const watched = {
    signal: late.signal,
    bound: 0,
    expect(next: number) {
      clearTimeout(timer)
      watched.bound = next + SLACK_SECONDS
      timer = setTimeout(() => late.abort(), watched.bound * 1000)
    },
    /** After a marker: the step that runs has its own bound; between two steps, a host only writes its record. */
    heard: (running: number | undefined) =>
      watched.expect(running === undefined ? 0 : (seconds[running] ?? 0)),
    stop: () => clearTimeout(timer),
  }
  watched.expect(BATCH_WAIT_SECONDS)
  return watched
}

async function runBatch(
  options: ScriptDriverOptions,
  { run, unbounded }: { readonly run: Run; readonly unbounded: Run },
  batch: readonly BatchItem[],
  onStep: (report: StepReport) => void,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { target, registry, runDir = '/run/howdah', recordFile = RECORD_FILE, fenceFile } = options
  const fence = options.fence?.()
  const compile = {
    nonce: newNonce(),
    runDir,
    recordFile,
    ...(fence && { fence }),
    ...(fenceFile && { fenceFile }),
  }
  const reader = new StepReader(
    batch.map(({ ref }) => ref),
    compile.nonce,
    onStep,
  )
  const seconds = batch.map(({ resource }) => registry.of(resource).seconds?.(resource) ?? STEP_SECONDS)
  // The running step may finish: the script checks for this file before each step.
  const stop = () => void run(sh`mkdir -p ${runDir}; : >${stopFile(compile)}`).catch(() => {})
  if (signal?.aborted) return
  signal?.addEventListener('abort', stop, { once: true })
  const bounds = watch(seconds)
  try {
    const { stderr, exit } = await unbounded(compileBatch(batch, registry, compile), {
      ...{ signal: bounds.signal, keepBytes: KEEP_BYTES, mostBytes: MOST_BYTES },
      onLine: (line) => {
        if (reader.line(line)) bounds.heard(reader.running)
      },
    })
    if (reader.outrun !== undefined) throw outrun(target, fenceFile, reader.outrun)
    if (!reader.ended) throw brokenBatch(target, exit, stderr)
  } catch (error) {
    throw bounds.signal.aborted
      ? runTimeout(target, bounds.bound * 1000, whatRan(batch, reader.running))
      : error
  } finally {
    bounds.stop()
    signal?.removeEventListener('abort', stop)
  }
}

const whatRan = (batch: readonly BatchItem[], running: number | undefined): string =>
  running === undefined ? 'no step ran' : `this step ran: ${batch[running]?.ref}`

const brokenBatch = (target: string, exit: number, stderr: string): HowdahError =>
  new HowdahError({
    code: 'BATCH_BROKEN',
    exit: 'stepFailed',
    message: `${target}: the script of a batch ended early with exit ${exit}: ${stderr.trim().slice(-500)}`,
    where: target,
    detail: stderr.slice(-4000),
  })
