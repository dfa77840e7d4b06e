import type { Cluster, Host } from '../../config/types.ts'
import {
  factFragments,
  factsIn,
  fragmentsScript,
  newNonce,
  parseFragments,
  parseRecord,
  parseState,
  RECORD_FILE,
} from '../../engine/index.ts'
import type { Resource, State } from '../../engine/types.ts'
import { ask, type Transports } from '../../runtime/ask.ts'
import { registry } from '../../runtime/observe.ts'
import { sh } from '../../shell.ts'
import { bounded, CLOCK, questionsFor } from './questions.ts'
import type { Answer, ClockReading, Seen } from './types.ts'

const TIMEOUT_MS = 5 * 60_000

/** What a host is asked, besides the questions of every host: packages and facts that its plan has. */
export interface HostQuestions {
  readonly host: Host
  readonly cluster: Cluster
  readonly planned: readonly Resource[]
}

/** The one script for a host: its clock, the facts of every host, the questions, and the probes of the plan. */
export function preflightScript({ host, cluster, planned }: HostQuestions, nonce: string): string {
  const questions = Object.entries(questionsFor(host, cluster))
  return fragmentsScript(
    [
      ['record', sh`if [ -e ${RECORD_FILE} ]; then cat ${RECORD_FILE}; fi`],
      ...factFragments(),
      ...questions.map(([name, text]) => [`ask-${name}`, bounded(name, text)] as const),
      ...planned.map((resource, i) => [`plan-${i}`, registry.of(resource).probe(resource)] as const),
    ],
    nonce,
    CLOCK,
  )
}

const NANOSECONDS = 1_000_000n

/** A line `clock=` that arrived at `here`. A `date` without %N prints seconds, and the letters that it does not know. */
export function readClock(line: string, here: number): ClockReading | undefined {
  const exact = /^clock=(\d{19})$/.exec(line)?.[1]
  if (exact !== undefined) return { host: Number(BigInt(exact) / NANOSECONDS), here, withinMs: 0 }
  const whole = /^clock=(\d{10})(?:\D.*)?$/.exec(line)?.[1]
  return whole === undefined ? undefined : { host: Number(whole) * 1000, here, withinMs: 1000 }
}

/** The answers of a host as data. Throws PROBE_FAILED when the script did not finish. */
export function parseSeen(
  { host, cluster, planned }: HostQuestions,
  output: { readonly stdout: string; readonly stderr: string },
  nonce: string,
  clock?: ClockReading,
): Seen {
  const { bodies, failed } = parseFragments(output, { target: host.name, nonce })
  const answerOf = (name: string): Answer => {
    const why = failed.get(`ask-${name}`)
    return why === undefined ? { text: bodies.get(`ask-${name}`) ?? '' } : { failed: reason(why) }
  }
  const stateOf = (i: number): State => {
    const unknown = failed.get(`plan-${i}`)
    return unknown === undefined ? parseState(bodies.get(`plan-${i}`) ?? '') : { unknown }
  }
  return {
    host,
    facts: factsIn(bodies),
    answers: Object.fromEntries(
      Object.keys(questionsFor(host, cluster)).map((name) => [name, answerOf(name)]),
    ),
    record: parseRecord(bodies.get('record') ?? ''),
    planned: planned.map((resource, i) => ({ resource, state: stateOf(i) })),
    ...(clock && { clock }),
  }
}

/** `timeout` prints nothing when it ends a command. */
const reason = (why: string): string =>
  why.endsWith('exit 124') ? 'the host did not answer this in time' : why

/** Asks a host everything in one round trip. Changes nothing. Throws as `ask` does, and PROBE_FAILED. */
export async function readHost(
  transports: Transports,
  questions: HostQuestions,
  signal: AbortSignal | undefined,
): Promise<Seen> {
  const nonce = newNonce()
  let clock: ClockReading | undefined
  const result = await ask(transports, questions.host.name, {
    title: 'the checks of the host',
    script: preflightScript(questions, nonce),
    as: 'root',
    timeoutMs: TIMEOUT_MS,
    onLine: (line) => {
      clock ??= readClock(line, Date.now())
    },
    ...(signal && { signal }),
  })
  return parseSeen(questions, result, nonce, clock)
}
