import { HowdahError } from '../errors.ts'
import { quote } from '../shell.ts'
import { PROBE_PRELUDE } from './fragments.ts'
import { type Frame, parseFrames, parseState } from './frames.ts'
import { FACT_FRAGMENTS, type FactTexts, parseFacts } from './host-facts.ts'
import type { Registry } from './registry.ts'
import { parseRecord } from './removal/record.ts'
import { readRecord } from './removal/record-script.ts'
import { parseSweep, sweepScript } from './sweep.ts'
import type { HostObserved, PathRead, Resource, State } from './types.ts'

const pathsOf = (registry: Registry, resource: Resource): readonly PathRead[] =>
  registry.of(resource).paths?.(resource) ?? []

/**
 * One script that reads a host: its record, facts, one sweep over all paths, and a fragment for each resource that
 * needs one. Each fragment runs in its own subshell, so that even a syntax error affects only that fragment.
 */
export function probeScript(
  resources: readonly Resource[],
  registry: Registry,
  { nonce, recordFile }: { readonly nonce: string; readonly recordFile: string },
): string {
  const fragments = [
    ['record', readRecord(recordFile)] as const,
    ...Object.entries(FACT_FRAGMENTS).map(([name, text]) => [`fact-${name}`, text] as const),
    ...resources.map((resource, i) => [`${i}`, registry.of(resource).probe(resource)] as const),
  ].filter(([, text]) => text !== '')
  return [
    'set -u',
    PROBE_PRELUDE,
    `mark() { printf '\\n@${nonce} %s\\n' "$*"; }`,
    'fragment() {',
    '  mark "$1"; mark "$1" >&2',
    '  ( set -eu; eval "$2" ) </dev/null',
    '  mark "end $1 $?"',
    '}',
    sweepScript(resources.flatMap((resource) => [...pathsOf(registry, resource)])),
    ...fragments.map(([name, text]) => `fragment ${name} ${quote(text)}`),
    'mark finished',
    '',
  ].join('\n')
}

/** Parses the output of `probeScript`. Throws PROBE_FAILED when the script did not finish. */
export function parseProbe(
  output: { readonly stdout: string; readonly stderr: string },
  resources: readonly Resource[],
  registry: Registry,
  { target, nonce }: { readonly target: string; readonly nonce: string },
): HostObserved {
  const frames = parseFrames(output.stdout, nonce)
  if (frames.at(-1)?.head !== 'finished') throw unfinished(target, output.stderr)
  const bodies = new Map(frames.map(({ head, body }) => [head, body]))
  const complaints = new Map(parseFrames(output.stderr, nonce).map(({ head, body }) => [head, body.trim()]))
  const failed = failedFragments(frames)
  const swept = parseSweep(frames)
  const stateOf = (resource: Resource, i: number): State => {
    const exit = failed.get(String(i))
    if (exit !== undefined)
      return { unknown: complaints.get(String(i)) || `its probe ended with exit ${exit}` }
    const states = pathsOf(registry, resource).map((read) => swept.state(read))
    return Object.assign({}, ...states, parseState(bodies.get(String(i)) ?? ''))
  }
  const texts = Object.fromEntries(
    Object.keys(FACT_FRAGMENTS).map((name) => [name, bodies.get(`fact-${name}`) ?? '']),
  ) as FactTexts
  return {
    facts: parseFacts(texts),
    record: parseRecord(bodies.get('record') ?? ''),
    states: Object.fromEntries(resources.map((resource, i) => [resource.id, stateOf(resource, i)])),
  }
}

/** Fragments whose exit status is not 0. */
function failedFragments(frames: readonly Frame[]): Map<string, string> {
  const ends = frames.map(({ head }) => head.split(' ')).filter(([word]) => word === 'end')
  return new Map(ends.flatMap(([, name = '', exit = '']) => (exit === '0' ? [] : [[name, exit] as const])))
}

const unfinished = (target: string, stderr: string): HowdahError =>
  new HowdahError({
    code: 'PROBE_FAILED',
    exit: 'preflight',
    message: `${target}: the script that reads the host did not finish`,
    where: target,
    detail: stderr.slice(-4000),
    next: `check the host: is its disk full, is there a /bin/sh?`,
  })
