import { HowdahError } from '../errors.ts'
import { quote } from '../shell.ts'
import { PROBE_PRELUDE } from './fragments.ts'
import { type Frame, parseFrames, parseState } from './frames.ts'
import { FACT_FRAGMENTS, type FactTexts, parseFacts } from './host-facts.ts'
import type { Registry } from './registry.ts'
import { parseRecord } from './removal/record.ts'
import { readRecord } from './removal/record-script.ts'
import { parseSweep, sweepScript } from './sweep.ts'
import type { HostFacts, HostObserved, PathRead, Resource, State } from './types.ts'

const pathsOf = (registry: Registry, resource: Resource): readonly PathRead[] =>
  registry.of(resource).paths?.(resource) ?? []

/**
 * One script that reads a host: its record, facts, one sweep over all paths, and a fragment for each resource that
 * needs one.
 */
export function probeScript(
  resources: readonly Resource[],
  registry: Registry,
  { nonce, recordFile }: { readonly nonce: string; readonly recordFile: string },
): string {
  const fragments = [
    ['record', readRecord(recordFile)] as const,
    ...factFragments(),
    ...resources.map((resource, i) => [`${i}`, registry.of(resource).probe(resource)] as const),
  ]
  const sweep = sweepScript(resources.flatMap((resource) => [...pathsOf(registry, resource)]))
  return fragmentsScript(fragments, nonce, sweep)
}

/**
 * A script of named fragments of POSIX sh. Each runs in its own subshell, so that even a syntax error affects only that
 * fragment; an empty one is left out. `before` runs first, with the same marks.
 */
export function fragmentsScript(
  fragments: readonly (readonly [name: string, text: string])[],
  nonce: string,
  before = '',
): string {
  return [
    'set -u',
    PROBE_PRELUDE,
    `mark() { printf '\\n@${nonce} %s\\n' "$*"; }`,
    'fragment() {',
    '  mark "$1"; mark "$1" >&2',
    '  ( set -eu; eval "$2" ) </dev/null',
    '  mark "end $1 $?"',
    '}',
    before,
    ...fragments.filter(([, text]) => text !== '').map(([name, text]) => `fragment ${name} ${quote(text)}`),
    'mark finished',
    '',
  ].join('\n')
}

/** The output of each fragment, and why those that failed did. */
export interface FragmentOutput {
  readonly frames: readonly Frame[]
  readonly bodies: ReadonlyMap<string, string>
  /** What a fragment printed to stderr, or its exit code; only of fragments that failed. */
  readonly failed: ReadonlyMap<string, string>
}

/** Parses the output of `fragmentsScript`. Throws PROBE_FAILED when the script did not finish. */
export function parseFragments(
  output: { readonly stdout: string; readonly stderr: string },
  { target, nonce }: { readonly target: string; readonly nonce: string },
): FragmentOutput {
  const frames = parseFrames(output.stdout, nonce)
  if (frames.at(-1)?.head !== 'finished') throw unfinished(target, output.stderr)
  const complaints = new Map(parseFrames(output.stderr, nonce).map(({ head, body }) => [head, body.trim()]))
  const why = ([name, exit]: readonly [string, string]): readonly [string, string] => [
    name,
    complaints.get(name) || `its probe ended with exit ${exit}`,
  ]
  return {
    frames,
    bodies: new Map(frames.map(({ head, body }) => [head, body])),
    failed: new Map([...failedFragments(frames)].map(why)),
  }
}

/** Parses the output of `probeScript`. Throws PROBE_FAILED when the script did not finish. */
export function parseProbe(
  output: { readonly stdout: string; readonly stderr: string },
  resources: readonly Resource[],
  registry: Registry,
  { target, nonce }: { readonly target: string; readonly nonce: string },
): HostObserved {
  const { frames, bodies, failed } = parseFragments(output, { target, nonce })
  const swept = parseSweep(frames)
  const stateOf = (resource: Resource, i: number): State => {
    const unknown = failed.get(String(i))
    if (unknown !== undefined) return { unknown }
    const states = pathsOf(registry, resource).map((read) => swept.state(read))
    return Object.assign({}, ...states, parseState(bodies.get(String(i)) ?? ''))
  }
  return {
    facts: factsIn(bodies),
    record: parseRecord(bodies.get('record') ?? ''),
    states: Object.fromEntries(resources.map((resource, i) => [resource.id, stateOf(resource, i)])),
  }
}

/** The fragments of the facts of every host. */
export const factFragments = (): (readonly [name: string, text: string])[] =>
  Object.entries(FACT_FRAGMENTS).map(([name, text]) => [`fact-${name}`, text] as const)

/** The facts of a host, from the bodies of `factFragments`. */
export const factsIn = (bodies: ReadonlyMap<string, string>): HostFacts =>
  parseFacts(
    Object.fromEntries(
      Object.keys(FACT_FRAGMENTS).map((name) => [name, bodies.get(`fact-${name}`) ?? '']),
    ) as FactTexts,
  )

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
