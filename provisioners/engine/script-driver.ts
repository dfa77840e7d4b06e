import { createReadStream } from 'node:fs'
import { HowdahError } from '../errors.ts'
import type { Reporter } from '../events.ts'
import { sh } from '../shell.ts'
import type { Transport } from '../transport/types.ts'
import { BATCH_WAIT_SECONDS, type BatchItem, batchLock, compileBatch, stopFile } from './compile.ts'
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
}

/** A file larger than this is not fetched for a diff. */
const DIFF_BYTES = 1_048_576
const PROBE_MS = 10 * 60_000
const STEP_SECONDS = 600

type Run = (script: string, more?: Partial<Parameters<Transport['run']>[0]>) => ReturnType<Transport['run']>

/** The driver of a host behind a Transport: one script to read it, one script per batch to change it. */
export function createScriptDriver(options: ScriptDriverOptions): TargetDriver {
  const { target, transport, registry, recordFile = RECORD_FILE } = options
  const as = options.as === null ? {} : { as: options.as ?? 'root' }
  const run: Run = (script, more = {}) => transport.run({ script, timeoutMs: PROBE_MS, ...as, ...more })
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
      for (const { item, upload } of missing) {
        const sent = await send(options, as, item, upload, onStep, signal)
        if (!sent) return
      }
      await runBatch(options, run, batch, onStep, signal)
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

async function runBatch(
  { target, registry, runDir = '/run/howdah', recordFile = RECORD_FILE }: ScriptDriverOptions,
  run: Run,
  batch: readonly BatchItem[],
  onStep: (report: StepReport) => void,
  signal: AbortSignal | undefined,
): Promise<void> {
  const compile = { nonce: newNonce(), runDir, recordFile }
  const reader = new StepReader(
    batch.map(({ ref }) => ref),
    compile.nonce,
    onStep,
  )
  const seconds = batch.map(({ resource }) => registry.of(resource).seconds?.(resource) ?? STEP_SECONDS)
  const timeoutMs = seconds.reduce((sum, s) => sum + s, BATCH_WAIT_SECONDS) * 1000
  // The running step may finish: the script checks for this file before each step.
  const stop = () => void run(sh`mkdir -p ${runDir}; : >${stopFile(compile)}`).catch(() => {})
  if (signal?.aborted) return
  signal?.addEventListener('abort', stop, { once: true })
  try {
    const script = compileBatch(batch, registry, compile)
    const { stderr, exit } = await run(script, { timeoutMs, onLine: (line) => reader.line(line) })
    if (!reader.ended) throw brokenBatch(target, exit, stderr)
  } finally {
    signal?.removeEventListener('abort', stop)
  }
}

const brokenBatch = (target: string, exit: number, stderr: string): HowdahError =>
  new HowdahError({
    code: 'BATCH_BROKEN',
    exit: 'stepFailed',
    message: `${target}: the script of a batch ended early with exit ${exit}: ${stderr.trim().slice(-500)}`,
    where: target,
    detail: stderr.slice(-4000),
  })
