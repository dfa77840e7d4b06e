import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { differences, faults, KNOWN, resourceCount, successorDoor } from '../../scripts/successor-compare.ts'

const ROOT = join(import.meta.dirname, '../..')

describe('the comparison of two stacks', () => {
  it('finds what is added, removed and changed, at its path', () => {
    const ours = { a: { b: [1, { c: 'x' }] }, d: {}, e: null }
    const theirs = { a: { b: [1, { c: 'y' }, 2] }, e: null, f: false }
    expect(differences(ours, theirs)).toEqual([
      { path: 'a.b.1.c', ours: 'x', theirs: 'y' },
      { path: 'a.b.2', ours: undefined, theirs: 2 },
      { path: 'd', ours: {}, theirs: undefined },
      { path: 'f', ours: undefined, theirs: false },
    ])
    expect(differences({ a: [] }, { a: {} })).toHaveLength(1)
    expect(differences({ a: 1, b: 2 }, { b: 2, a: 1 })).toEqual([])
  })

  it('accepts exactly the differences that are known', () => {
    const known = [{ path: 'a', ours: 1, theirs: 2, why: 'for this test' }]
    expect(faults([{ path: 'a', ours: 1, theirs: 2 }], known)).toEqual([])
    expect(faults([{ path: 'a', ours: 1, theirs: 3 }], known)).toEqual([
      'a: 1 here, 3 by the successor',
      'a: 1 here, 2 by the successor: expected by scripts/successor-compare.ts, and not found',
    ])
  })

  it('counts resources', () => {
    expect(resourceCount({ resource: { aws_vpc: { a: {}, b: {} }, aws_eip: { c: {} } } })).toBe(3)
    expect(resourceCount(undefined)).toBe(0)
  })
})

it('the one door to CDKTF has no import that stays behind', () => {
  const door = readFileSync(join(ROOT, 'stacks/tf.ts'), 'utf8')
  const moved = successorDoor(door)
  expect(moved.match(/from '(cdktf|@cdktf)/g)).toBeNull()
  expect(moved.match(/from '(cdktn'|@cdktn\/)/g)).toHaveLength(
    door.match(/from '(cdktf'|@cdktf\/)/g)?.length ?? 0,
  )
})

// UPDATE_DOCS=1 npx vitest run --project unit test/scripts/successor.test.ts
it('docs/aws.md has the differences, and the pinned versions', () => {
  const file = join(ROOT, 'docs/aws.md')
  const page = readFileSync(file, 'utf8')
  const code = (value: unknown): string => `\`${String(value)}\``
  const rows = KNOWN.map((one) => [code(one.path), code(one.ours), code(one.theirs), one.why])
  const table = [['in each stack', 'cdktf', 'cdktn', 'effect'], ['---', '---', '---', '---'], ...rows]
    .map((row) => `| ${row.join(' | ')} |`)
    .join('\n')
  const made = page.replace(
    /(<!-- successor -->\n)[\s\S]*?(<!-- \/successor -->)/,
    (_all, start: string, end: string) => `${start}${table}\n${end}`,
  )
  if (process.env.UPDATE_DOCS) writeFileSync(file, made)
  else expect(page).toBe(made)
  expect(page).toContain('<!-- successor -->')
  const { dependencies } = JSON.parse(readFileSync(join(ROOT, 'scripts/successor/package.json'), 'utf8'))
  for (const name of ['cdktn', '@cdktn/provider-aws']) expect(page).toContain(`${name} ${dependencies[name]}`)
})
