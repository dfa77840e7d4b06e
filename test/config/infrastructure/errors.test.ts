import { describe, expect, it } from 'vitest'
import { FILES, infrastructure, problemsOf } from '../support.ts'
import { badInfrastructure } from './bad.ts'
import { badInfrastructureEmr } from './bad-emr.ts'
import { badInfrastructureHosts } from './bad-hosts.ts'
import { badInfrastructureNetwork } from './bad-network.ts'

describe('an infrastructure that is wrong', () => {
  it.each(
    [
      ...badInfrastructure,
      ...badInfrastructureNetwork,
      ...badInfrastructureHosts,
      ...badInfrastructureEmr,
    ].map((one) => ({
      title: one[0],
      one,
    })),
  )('$title', ({ one }) => {
    const [, text, codes, said, next] = one
    const found = problemsOf(text, infrastructure)
    expect(found.codes).toEqual(codes)
    const first = found.errors[0]
    expect(first?.message).toMatch(said)
    if (next !== undefined) expect(first?.details.next).toMatch(next)
    for (const error of found.errors) expect(error.exitCode).toBe(10)
  })

  it('is reported in full, in the order of the file', () => {
    const text = `name: a--b
aws:
  deployment: large-emr
  region: eu-west-1
  zones: [us-east-1a]
  network: {cidr: 10.20.1.0/16}
  operators: [0.0.0.0/0]
  resultStore: {engineVersion: 5.6}
  emr:
    release: 2.4.11
    master: {type: m1.medium}
    core: {type: m5.xlarge, market: SPOT}
  server: {}
`
    expect(problemsOf(text, infrastructure).codes).toEqual([
      'SPEC_AWS_NAME 1:7',
      'SPEC_MISSING_KEY 3:3',
      'SPEC_MISSING_KEY 3:3',
      'SPEC_ONE_ZONE 5:10',
      'SPEC_ZONE 5:11',
      'SPEC_BAD_CIDR 6:19',
      'SPEC_KEY_NOT_USED 7:3',
      'SPEC_OPEN_TO_ALL 7:15',
      'SPEC_ENGINE_VERSION 8:32',
      'SPEC_AMI_VERSION 10:14',
      'SPEC_RETIRED_TYPE 11:20',
      'SPEC_SPOT_WITHOUT_BID 12:37',
      'SPEC_OTHER_DEPLOYMENT 13:3',
    ])
  })

  it('shows nothing of the content of a key file', () => {
    for (const [path, content] of Object.entries(FILES)) {
      const text = `name: x\naws: {deployment: small-emr, region: eu-west-1, keyPair: {publicKeyFile: ${path}}}\n`
      const reported = JSON.stringify(problemsOf(text, infrastructure).errors.map(({ details }) => details))
      for (const line of content.split('\n').filter((one) => one.length > 8))
        expect(reported).not.toContain(line)
    }
  })
})
