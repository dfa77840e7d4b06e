import { describe, expect, it } from 'vitest'
import { shapeOf } from '../../../provisioners/engine/resources/package-lists.ts'
import type { Package } from '../../../provisioners/engine/types.ts'
import { type Sandbox, sandbox } from '../support/sandbox.ts'

const jdk: Package = {
  ...{ type: 'package', id: 'package:jdk', component: 'java', names: ['openjdk-8-jdk-headless'] },
  ...{ alternatives: ['default-jdk-headless'], next: 'write java.jdks.8' },
}

/** Debian 12 as far as apt-cache goes: `policy` of the names in `known`, which are installed when in `installed`. */
function debian({
  known = ['openjdk-17-jdk-headless', 'default-jdk-headless', 'curl'],
  onlyNamed = ['openjdk-11-jdk-headless'],
  installed = [] as readonly string[],
  lists = 'echo x_Packages',
  sources = ':',
  policy = '',
} = {}): Sandbox {
  const box = sandbox()
  box.write('known', `${known.join('\n')}\n`)
  box.write('names', `${[...known, ...onlyNamed].join('\n')}\n`)
  box.write('dpkg', installed.map((name) => `installed ${name}\n`).join(''))
  box.fake('dpkg-query', 'cat "$root/dpkg"')
  box.fake('find', `case $1 in /var/lib/apt/lists) ${lists} ;; *) ${sources} ;; esac`)
  box.fake(
    'apt-cache',
    `printf '%s\\n' "$*" >>"$calls"
${policy}
verb=$1; shift
if [ "$verb" = pkgnames ]; then grep "^$1" "$root/names"; exit; fi
for name in "$@"; do
  if grep -qx "$name" "$root/known"; then printf '%s:\\n  Installed: (none)\\n  Candidate: 1.2\\n' "$name"
  elif grep -qx "$name" "$root/names"; then printf '%s:\\n  Installed: (none)\\n  Candidate: (none)\\n' "$name"; fi
done`,
  )
  return box
}

describe('a package that a plan names', () => {
  it('is refused before anything changes where the lists lack it, with what they have instead', async () => {
    const { refusals, steps } = await debian().plan([jdk])
    expect(steps).toHaveLength(1)
    expect(refusals).toEqual([
      {
        ref: 'h1!package:jdk',
        message: 'the package lists of this host do not have openjdk-8-jdk-headless',
        found: 'the lists have openjdk-17-jdk-headless, default-jdk-headless',
        next: 'write java.jdks.8',
      },
    ])
  })

  it('is fine where the lists have it, and only the missing one of several is named', async () => {
    expect((await debian({ known: ['openjdk-8-jdk-headless'] }).plan([jdk])).refusals).toEqual([])
    const two: Package = { ...jdk, names: ['curl', 'openjdk-8-jdk-headless'] }
    const { refusals } = await debian().plan([two])
    expect(refusals[0]?.message).toMatch(/do not have openjdk-8-jdk-headless$/)
    expect(refusals[0]?.found).not.toContain('curl')
  })

  it('that is installed asks apt nothing', async () => {
    const box = debian({ installed: jdk.names })
    expect((await box.plan([jdk])).refusals).toEqual([])
    expect(box.calls()).toEqual([])
  })

  it.each([
    ['never fetched', { lists: ':' }],
    ['older than the sources', { sources: 'echo /etc/apt/sources.list' }],
    ['not readable', { policy: 'exit 100' }],
  ])('is not called missing when the lists are %s', async (_, how) => {
    const { refusals, steps } = await debian(how).plan([jdk])
    expect(refusals).toEqual([])
    expect(steps.map(({ reason }) => reason)).toEqual(['not installed: openjdk-8-jdk-headless'])
  })

  it('without anything like it says so', async () => {
    const { refusals } = await debian({ known: ['curl'], onlyNamed: [] }).plan([{ ...jdk, alternatives: [] }])
    expect(refusals[0]?.found).toBe('the lists have nothing like it')
  })
})

it('looks for other versions of a name, and for longer names where it has no version', () => {
  expect(shapeOf('openjdk-8-jdk-headless')).toEqual({
    start: 'openjdk-',
    shape: 'openjdk-[0-9.]*-jdk-headless',
  })
  expect(shapeOf('python2.7')).toEqual({ start: 'python', shape: 'python[0-9.]*' })
  expect(shapeOf('docker')).toEqual({ start: 'docker', shape: 'docker.*' })
})
