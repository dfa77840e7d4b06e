import { expect, it } from 'vitest'
import { schemaAt } from '../../provisioners/config/describe/json-schema.ts'

const matches = (field: string, text: string): boolean =>
  new RegExp(schemaAt(['hosts', field])?.pattern ?? '', 'u').test(text)

it.each([
  ['name', 'w1', true],
  ['name', 'w[01-20]', true],
  ['name', 'w[1-3,7]', true],
  ['name', 'W1', false],
  ['name', 'w_1', false],
  ['name', 'w1.example.org', false],
  ['name', 'w[a-b]', false],
  ['name', 'w[1-2][3-4]', false],
  ['address', '10.77.0.[21-40]', true],
  ['address', 'db.example.org', true],
  ['address', '::1', false],
  ['address', 'db_1', false],
  ['address', 'ops@10.0.0.1', false],
])('the JSON Schema takes the %s %j of a host: %s', (field, text, taken) => {
  expect(matches(field, text)).toBe(taken)
})
