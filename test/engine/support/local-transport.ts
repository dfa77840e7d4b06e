import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { HowdahError } from '../../../provisioners/errors.ts'
import type {
  RunRequest,
  RunResult,
  Transport,
  UploadRequest,
} from '../../../provisioners/transport/types.ts'

export interface LocalTransport extends Transport {
  /** Every script that ran, oldest first. */
  readonly scripts: string[]
  /** Loses the link of every script that runs now: its output is lost, and it may go on. */
  cut(): void
}

export interface LocalOptions {
  readonly host?: string
  /** A directory before PATH, with fakes of system tools. */
  readonly bin?: string
}

/** Runs scripts in a real shell of this machine, as the present user. The script is read completely before it starts. */
export function localTransport({ host = 'local', bin }: LocalOptions = {}): LocalTransport {
  const scripts: string[] = []
  const running = new Set<() => void>()
  const run = (request: RunRequest): Promise<RunResult> => {
    scripts.push(request.script)
    const started = Date.now()
    const env = { ...process.env, PATH: [bin, process.env.PATH].filter(Boolean).join(':') }
    const child = spawn('/bin/dash', ['-c', 'eval "$(cat)"'], { env, stdio: 'pipe', detached: true })
    let [stdout, stderr, rest] = ['', '', '']
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      stdout += chunk
      const lines = (rest + chunk).split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) request.onLine?.(line)
    })
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      stderr += chunk
    })
    child.stdin.on('error', () => {})
    child.stdin.end(request.script)
    return new Promise((resolve, reject) => {
      const cut = () => {
        for (const stream of child.stdio) stream?.destroy()
        child.removeAllListeners('close')
        reject(lost(host))
      }
      running.add(cut)
      child.on('close', (exit, signal) => {
        running.delete(cut)
        if (signal === 'SIGKILL') reject(lost(host))
        else resolve({ exit: exit ?? 1, stdout, stderr, ms: Date.now() - started })
      })
    })
  }
  return {
    host,
    scripts,
    run,
    upload,
    connect: () => Promise.reject(new Error('not in this test')),
    close: async () => {},
    cut() {
      for (const cut of running) cut()
      running.clear()
    },
  }
}

const lost = (host: string) =>
  new HowdahError({ code: 'LINK_LOST', exit: 'connection', message: `${host}: the link was lost` })

async function upload({ open, path, sha256, onProgress }: UploadRequest): Promise<void> {
  const chunks: Buffer[] = []
  for await (const chunk of open()) chunks.push(chunk as Buffer)
  const content = Buffer.concat(chunks)
  if (createHash('sha256').update(content).digest('hex') !== sha256)
    throw new Error('sha256 of the upload differs')
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(`${path}.part`, content)
  renameSync(`${path}.part`, path)
  onProgress?.(content.length)
}
