import { expect, it } from 'vitest'
import { RuledGroup } from '../../../stacks/constructs/security-group.ts'
import { synthesised } from '../support/template.ts'

const made = (name: string) =>
  synthesised((scope) => {
    new RuledGroup(scope, 'group', { name, vpcId: 'vpc-1', description: 'Servers' })
  }).only('aws_security_group')

it('a group whose replacement is made first leaves its full name to Terraform, and keeps its tag', () => {
  const group = made('insights-api')
  expect(group).toMatchObject({
    name_prefix: 'insights-api-',
    tags: { Name: 'insights-api' },
    lifecycle: { create_before_destroy: true },
  })
  expect(group.name).toBeUndefined()
})

it('a long name leaves room for what Terraform adds', () => {
  const [one, other] = ['x', 'y'].map((end) => String(made(`${'a'.repeat(250)}${end}`).name_prefix))
  expect(one).toHaveLength(229)
  expect(one).not.toBe(other)
})
