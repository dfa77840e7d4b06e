import { describe, expect, it } from 'vitest'
import { badForm } from './bad-form.ts'
import { badWhole } from './bad-whole.ts'
import { BASE, problemsOf } from './support.ts'

describe('an invalid cluster.yml', () => {
  it.each([...badForm, ...badWhole].map((one) => ({ title: one[0], one })))('$title', ({ one }) => {
    const [, text, codes, said, next] = one
    const found = problemsOf(text)
    expect(found.codes).toEqual(codes)
    const first = found.errors.find(({ details }) => details.code === codes[0]?.split(' ')[0])
    expect(first?.message).toMatch(said)
    if (next !== undefined) expect(first?.details.next).toMatch(next)
    for (const error of found.errors) expect(error.exitCode).toBe(10)
  })

  it('gives all errors at once, in the order of the file', () => {
    const text = `name: a_b
nmae: x
hosts:
  - {name: m1, address: 10.0.0.1, roles: [master]}
  - {name: m2, address: 10.0.0.1, roles: [master]}
  - {name: w_1, address: 10.0.0.3, roles: [worker]}
ssh: {hostKeys: no}
java: {hive: 17}
hdfs: {replication: 3}
`
    expect(problemsOf(text).codes).toEqual([
      'SPEC_INVALID_VALUE 1:7',
      'SPEC_UNKNOWN_KEY 2:1',
      'SPEC_DUPLICATE_ADDRESS 5:25',
      'SPEC_TWO_MASTERS 5:43',
      'SPEC_BAD_HOST_NAME 6:12',
      'SPEC_INVALID_VALUE 7:17',
      'SPEC_VERSION_PAIR 8:14',
      'SPEC_REPLICATION 9:21',
    ])
  })

  it('gives no error that only follows from another one', () => {
    const text = BASE.replace('[worker]', '[wrker]').concat('hdfs: {replication: two}\n')
    expect(problemsOf(text).codes).toEqual(['SPEC_INVALID_VALUE 4:57', 'SPEC_WRONG_TYPE 5:21'])
  })
})
