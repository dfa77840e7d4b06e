import { describe, expect, it } from 'vitest'
import { BASE, infrastructure, parse, problemsOf } from './support.ts'

describe('templates of other tools', () => {
  it.each([
    [`ssh: {user: "{{ lookup('env', 'SSH_USER') }}"}`, '5:13', '{env: SSH_USER}'],
    [`ssh: {password: "{{ lookup('env','PW') }}"}`, '5:17', '{env: PW}'],
    ['ssh: {identityFiles: ["{% if x %}a{% endif %}"]}', '5:23', '{env: NAME}'],
    ["metastore: {password: '${HIVE_PW}'}", '5:23', '{env: HIVE_PW}'],
    ["artifacts: {mirrors: ['https://x/${REGION:-eu}']}", '5:23', '{env: REGION}'],
    ["ssh: {jump: {address: '$(cat jump)'}}", '5:23', '{env: NAME}'],
    ['properties: {core-site: {a.b: "{{ bucket }}"}}', '5:31', '{env: NAME}'],
  ])('%s is refused by its field', (line, place, hint) => {
    const { codes, errors } = problemsOf(`${BASE}${line}\n`)
    expect(codes).toEqual([`SPEC_TEMPLATE ${place}`])
    expect(errors[0]?.details.next).toContain(hint)
  })

  it('are refused in aws', () => {
    const text = "name: x\naws: {deployment: small-emr, region: '{{ region }}'}\n"
    expect(problemsOf(text, infrastructure).codes).toEqual(['SPEC_TEMPLATE 2:38'])
  })

  it.each([
    ["properties: {core-site: {hadoop.tmp.dir: '/tmp/${user.name}'}}"],
    ['properties: {mapred-site: {mapreduce.map.env: "A={{HADOOP_COMMON_HOME}}"}}'],
    ['schedule: {jobs: [{name: a, command: "echo $(date) ${HOME} {{a}}", when: daily}]}'],
  ])('%s is what a shell or Hadoop fills in', (line) => {
    expect(parse(`${BASE}${line}\n`).name).toBe('insights')
  })
})
