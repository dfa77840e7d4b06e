import { describe, expect, it } from 'vitest'
import { checkLegacy, parseLegacy, readExtraVars } from '../../provisioners/emr/index.ts'
import { errorsOf } from './support.ts'

const ENVIRONMENT = { NAME: 'nightly', EMPTY: '', COUNT: ' 3 ', FLAG: 'True' }

const read = (text: string) => parseLegacy(text, 'cluster.yml', ENVIRONMENT)
const nameOf = (expression: string) => read(`name: "${expression}"\nregion: eu-west-1\n`).top.name

describe('an expression of Ansible', () => {
  it.each([
    ["{{ lookup('env', 'NAME') }}", 'nightly'],
    ["{{lookup('env','NAME')}}-{{ lookup('env', 'NAME') | upper }}", 'nightly-NIGHTLY'],
    ["{{ lookup('env', 'NONE') | default('other') }}", 'other'],
    ["{{ lookup('env', 'NONE', default='other') }}", 'other'],
    ["{{ lookup('env', 'EMPTY') | default('other', true) }}", 'other'],
    ["x{{ lookup('env', 'EMPTY') | default('other') }}", 'x'],
    ["{{ lookup('env', 'NONE') | default(lookup('env', 'NAME')) }}", 'nightly'],
    ["{{ 'etl-' ~ lookup('env', 'COUNT') | trim | int }}", 'etl-3'],
    ["{{ lookup('env', 'FLAG') | bool }}", 'yes'],
    ['{{ region }}-etl', 'eu-west-1-etl'],
    ["{{ 'it\\\\'s' }}", "it's"],
  ])('%s is %s', (expression, wanted) => {
    expect(nameOf(expression)).toBe(wanted)
  })

  it('is evaluated anywhere in the file, and becomes a number where one is needed', () => {
    const { groups, steps } = read(`instance_groups:
  core: {num_instances: "{{ lookup('env', 'COUNT') | trim }}", type: m5.xlarge}
steps: [{type: script, step_args: ["s3://{{ lookup('env', 'NAME') }}/a.sh"]}]
`)
    expect(groups?.core?.value.num_instances).toBe(3)
    expect(steps[0]?.value.step_args).toEqual(['s3://nightly/a.sh'])
  })

  it('in EXTRA_VARS is evaluated too', () => {
    const vars = readExtraVars(`name="{{ lookup('env', 'NAME') }}"`)
    if (vars.kind === 'file') throw new Error('a file')
    expect(checkLegacy(vars.document, ENVIRONMENT).top.name).toBe('nightly')
  })

  it.each([
    ["{{ lookup('env', 'NONE') }}", 'LEGACY_ENVIRONMENT'],
    ["a-{{ lookup('env', 'NONE') | int }}", 'LEGACY_ENVIRONMENT'],
    ["{{ 'a' ~ lookup('env', 'NONE') }}", 'LEGACY_ENVIRONMENT'],
    ["{{ lookup('file', '/etc/name') }}", 'LEGACY_EXPRESSION'],
    ["{{ lookup('env', 'NAME') | int }}", 'LEGACY_EXPRESSION'],
    ["{{ lookup('env', 'NAME') | replace('a', 'b') }}", 'LEGACY_EXPRESSION'],
    ["{{ lookup('env', 'NAME') if x else 'y' }}", 'LEGACY_EXPRESSION'],
    ['{{ ansible_hostname }}', 'LEGACY_EXPRESSION'],
    ['{{ name }}', 'LEGACY_EXPRESSION'],
    ['{{ }}', 'LEGACY_EXPRESSION'],
    ['{{ region', 'LEGACY_EXPRESSION'],
    ['{% if true %}a{% endif %}', 'LEGACY_EXPRESSION'],
  ])('%s is refused with %s, by name and line', (expression, code) => {
    const { codes, all } = errorsOf(() => read(`region: eu-west-1\nname: "${expression}"\n`))
    expect(codes).toEqual([`${code} 2:7`])
    if (code === 'LEGACY_ENVIRONMENT') expect(all[0]?.message).toContain('NONE')
  })

  it('is refused alone, without what follows from it, and all are refused at once', () => {
    const { codes } = errorsOf(() =>
      read(`name: "{{ lookup('env', 'NONE') }}"
instance_groups: {core: {num_instances: "{{ lookup('env', 'NO') }}", type: m5.xlarge}}
`),
    )
    expect(codes).toEqual(['LEGACY_ENVIRONMENT 1:7', 'LEGACY_ENVIRONMENT 2:41'])
  })
})
