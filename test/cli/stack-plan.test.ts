import pc from 'picocolors'
import { describe, expect, it } from 'vitest'
import { dataAtStake, idleCostsText, stackPlansText, stackPlanText } from '../../cli/render/stack-plan.ts'
import { HowdahError } from '../../provisioners/errors.ts'
import type { PlannedResource, PlanSummary } from '../../stacks/terraform/index.ts'

const c = pc.createColors(false)
const one = (address: string, ...changed: string[]): PlannedResource => ({
  address,
  type: address.split('.')[0] ?? '',
  changed,
})
const nothing: PlanSummary = {
  stack: 'insights',
  adds: [],
  changes: [],
  replacements: [],
  deletes: [],
  outputs: [],
}
const everything: PlanSummary = {
  ...nothing,
  adds: [one('aws_subnet.b'), one('aws_subnet.a'), one('aws_vpc.v')],
  changes: [one('aws_instance.m', 'tags', 'monitoring')],
  replacements: [one('aws_db_instance.store', 'engine_version'), one('aws_launch_template.l', 'name')],
  deletes: [one('aws_s3_bucket.logs'), one('aws_route.r')],
}

describe('the plan of a stack', () => {
  it('counts new resources by type, and names those that change, are replaced or destroyed', () => {
    expect(stackPlanText(everything, c).split('\n').slice(0, 8)).toEqual([
      'insights',
      '  + aws_subnet × 2',
      '  + aws_vpc',
      '  ~ aws_instance.m  (tags, monitoring)',
      '  ± aws_db_instance.store  (replaced because of engine_version)',
      '  ± aws_launch_template.l  (replaced because of name)',
      '  - aws_s3_bucket.logs',
      '  - aws_route.r',
    ])
    expect(stackPlanText(everything, c)).toContain(
      'insights: 3 to create, 1 to change, 2 to replace, 2 to destroy.',
    )
  })

  it('names every new resource with --full', () => {
    expect(stackPlanText(everything, c, true)).toContain('  + aws_subnet.b\n  + aws_subnet.a\n  + aws_vpc.v')
  })

  it('has a section for resources whose data is lost, and only for these', () => {
    expect(dataAtStake(everything).map(({ address, replaced }) => [address, replaced])).toEqual([
      ['aws_db_instance.store', true],
      ['aws_s3_bucket.logs', false],
    ])
    const text = stackPlanText(everything, c)
    expect(text).toMatch(/Data would be lost\n {2}± aws_db_instance\.store is replaced: a database/)
    expect(text).toMatch(/ {2}- aws_s3_bucket\.logs is destroyed: a bucket/)
    expect(stackPlanText({ ...nothing, adds: everything.adds }, c)).not.toContain('Data would be lost')
  })

  it('says that nothing changes, or only outputs', () => {
    expect(stackPlanText(nothing, c)).toBe('insights\ninsights: no changes.')
    expect(stackPlanText({ ...nothing, outputs: ['vpc_id'] }, c)).toContain('only outputs change: vpc_id')
  })

  it('names the stack that another one waits for', () => {
    const error = new HowdahError({ code: 'STACK_REFUSED', exit: 'configuration', message: 'no bucket' })
    const text = stackPlansText(
      [
        { stack: 'insights-state', summary: nothing },
        { stack: 'insights', waitsFor: ['insights-state'], error },
      ],
      c,
    )
    expect(text).toContain("insights\n  ? can't be planned yet: apply insights-state first")
  })
})

describe('what is paid for while nothing runs', () => {
  it('is a line with its number and a line with its reason', () => {
    const cost = (count: number, title: string) => ({
      kind: 'k',
      title,
      count,
      why: 'Because.',
      addresses: [],
    })
    expect(idleCostsText([cost(12, 'EC2 hosts'), cost(1, 'NAT gateways')], c)).toBe(
      'Paid for while nothing runs\n  12 EC2 hosts\n     Because.\n   1 NAT gateways\n     Because.',
    )
    expect(idleCostsText([], c)).toBe('')
  })
})
