import { describe, expect, it } from 'vitest'
import { coreTypes } from '../../provisioners/engine/index.ts'
import { componentTypes } from '../../provisioners/services/index.ts'
import { ofDoors, ofPipeline, ofPreflight, ofVerify } from './operations.ts'
import { distinct, withParts } from './parts.ts'
import { contexts, ofCluster, ofEngine, typesOf } from './rendered.ts'
import { type Script, shellcheck, shellcheckVersion } from './shellcheck.ts'
import { ofStacks } from './stacks.ts'

const version = shellcheckVersion()
/** `npm run lint` fails without shellcheck; these tests only need Node. */
const title = (text: string): string =>
  version === undefined
    ? `${text}: NOT CHECKED, shellcheck is not installed (apt-get install shellcheck)`
    : text

async function everything(): Promise<Script[]> {
  const known = [...contexts()]
  const [first] = known
  if (first === undefined) throw new Error('no cluster')
  return [
    ...known.flatMap(([name, context]) => ofCluster(name, context)),
    ...ofEngine(first[1]),
    ...ofDoors(),
    ...(await ofVerify()),
    ...known.flatMap(([name, context]) => ofPreflight(name, context)),
    ...(await ofStacks()),
    ...(await Promise.all(known.map(([name, context]) => ofPipeline(name, context)))).flat(),
  ]
}
const scripts = everything().then(distinct)

/** Arguments of builtins that dash refuses, and that shellcheck does not report. */
const REFUSED = [/\bkill\s+-(?!s\b)\w+\s+--/]

describe('every script that is rendered', () => {
  it('is checked, for every type of resource', () => {
    const made = new Set([...contexts().values()].flatMap(typesOf))
    const all = [...coreTypes, ...componentTypes].map(({ type }) => type)
    // On database servers, in SQL.
    expect(
      all.filter((type) => !made.has(type) && !/^x-(removal|record|member)$|^x-sql|^x-database/.test(type)),
    ).toEqual([])
  })

  it.skipIf(version === undefined)(
    title('has nothing that shellcheck finds'),
    async () => {
      const all = await scripts
      expect(all.length).toBeGreaterThan(400)
      expect(shellcheck(all)).toEqual([])
    },
    120_000,
  )

  it('uses no argument that a builtin of dash refuses', async () => {
    const found = (await scripts).filter(({ text }) => REFUSED.some((pattern) => pattern.test(text)))
    expect(found.map(({ name }) => name)).toEqual([])
  })
})

describe('the check', () => {
  const fault = 'x="a"; info=""Safemode" : "no answer: $x""'
  const code = (script: Omit<Script, 'name'>): number[] =>
    shellcheck(withParts({ name: 'a fault', ...script })).map((one) => one.code)

  it.skipIf(version === undefined).each<[string, Omit<Script, 'name'>]>([
    ['in a script', { shell: 'sh', text: fault }],
    ['in a probe', { shell: 'sh', prelude: 'probe', text: fault }],
    ['in a step', { shell: 'sh', prelude: 'apply', text: fault }],
    [
      'in a part that a step gives another shell',
      { shell: 'sh', prelude: 'apply', text: `howdah_bounded 5 <<'HOWDAH_END'\n${fault}\nHOWDAH_END` },
    ],
    ['in a command of another shell', { shell: 'sh', text: `sh -c '${fault}'` }],
  ])(title('finds a fault of quoting %s'), (_, script) => {
    expect(code(script)).toContain(2140)
  })

  it.skipIf(version === undefined)(title('knows dash from bash'), () => {
    expect(code({ shell: 'sh', text: '[[ -n $1 ]]' })).toContain(3010)
    expect(code({ shell: 'bash', text: '[[ -n $1 ]]' })).toEqual([])
    expect(code({ shell: 'sh', text: 'set -o pipefail' })).toContain(3040)
  })

  it('finds the arguments of kill that dash refuses', () => {
    const refused = (text: string): boolean => REFUSED.some((pattern) => pattern.test(text))
    expect(refused('kill -TERM -- "-$pid" 2>/dev/null')).toBe(true)
    expect(refused('kill -s TERM -- "-$pid"')).toBe(false)
    expect(refused('kill -TERM "$pid"')).toBe(false)
  })
})
