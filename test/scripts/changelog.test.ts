import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { changelogFaults, notesOf, sectionsOf, withRelease } from '../../scripts/changelog.ts'

const HEAD = '# Changelog\n\nWords.\n\n'
const RELEASED = `${HEAD}## [Unreleased]\n\n## [1.1.0] - 2026-02-03\n\n### Added\n\n- A.\n\n## [1.0.0] - 2026-01-02\n\n- B.\n`

describe('sectionsOf', () => {
  it('reads names, dates and texts, newest first', () => {
    expect(sectionsOf(RELEASED)).toEqual([
      { name: 'Unreleased', text: '' },
      { name: '1.1.0', date: '2026-02-03', text: '### Added\n\n- A.' },
      { name: '1.0.0', date: '2026-01-02', text: '- B.' },
    ])
  })

  it('refuses a heading that is not a version', () => {
    expect(() => sectionsOf(`${HEAD}## 1.0.0\n`)).toThrow('## 1.0.0')
  })

  it("reads the project's own file", () => {
    const own = readFileSync(new URL('../../CHANGELOG.md', import.meta.url), 'utf8')
    expect(sectionsOf(own)[0]?.name).toBe('Unreleased')
  })
})

describe('changelogFaults', () => {
  it.each([
    ['released and empty above', RELEASED, '1.1.0', []],
    ['another version', RELEASED, '1.2.0', ['the newest release is 1.1.0, and package.json says 1.2.0']],
    [
      'something unreleased',
      RELEASED.replace('[Unreleased]\n', '[Unreleased]\n\n- C.\n'),
      '1.1.0',
      ['is not empty'],
    ],
    ['no date', RELEASED.replace(' - 2026-02-03', ''), '1.1.0', ['has no date']],
    ['no text', RELEASED.replace('### Added\n\n- A.', ''), '1.1.0', ['[1.1.0] is empty']],
    ['no unreleased section', RELEASED.replace('## [Unreleased]\n', ''), '1.0.0', ['must be [Unreleased]']],
  ])('%s', (_title, changelog, version, faults) => {
    const found = changelogFaults(changelog, version)
    expect(found).toHaveLength(faults.length)
    for (const [at, fault] of faults.entries()) expect(found[at]).toContain(fault)
  })
})

describe('a release', () => {
  it('has the text of its section as notes', () => {
    expect(notesOf(RELEASED, '1.1.0')).toBe('# Howdah 1.1.0\n\n### Added\n\n- A.\n')
    expect(() => notesOf(RELEASED, '9.9.9')).toThrow('[9.9.9]')
  })

  it('is made of what was unreleased', () => {
    const before = RELEASED.replace('[Unreleased]\n', '[Unreleased]\n\n- C.\n')
    const after = withRelease(before, '1.2.0', '2026-03-04')
    expect(changelogFaults(after, '1.2.0')).toEqual([])
    expect(notesOf(after, '1.2.0')).toBe('# Howdah 1.2.0\n\n- C.\n')
    expect(() => withRelease(after, '1.2.0', '2026-03-04')).toThrow('already')
  })
})
