/** Reads and writes CHANGELOG.md for a release, in the form of Keep a Changelog. Pure. */

export interface Section {
  /** `Unreleased`, or a version. */
  readonly name: string
  /** YYYY-MM-DD; absent for the unreleased section. */
  readonly date?: string
  readonly text: string
}

const HEADING = /^## \[([^\]]+)\](?: - (\d{4}-\d{2}-\d{2}))?[ \t]*$/

/** The sections, newest first, as in the file. */
export function sectionsOf(changelog: string): readonly Section[] {
  const parts = changelog.split(/^(?=## )/m).slice(1)
  return parts.map((part) => {
    const [heading = '', ...lines] = part.split('\n')
    const [, name, date] = HEADING.exec(heading) ?? []
    if (name === undefined) throw new Error(`CHANGELOG.md: "${heading}" is not a heading of a version`)
    return { name, ...(date !== undefined && { date }), text: lines.join('\n').trim() }
  })
}

/** Why this version cannot be released with this changelog; undefined when it can. */
export function changelogFaults(changelog: string, version: string): readonly string[] {
  const [unreleased, newest] = sectionsOf(changelog)
  const faults: string[] = []
  if (unreleased?.name !== 'Unreleased') faults.push('CHANGELOG.md: the first section must be [Unreleased]')
  else if (unreleased.text !== '')
    faults.push(`CHANGELOG.md: [Unreleased] is not empty: npm run release -- --prepare <version>`)
  if (newest?.name !== version)
    faults.push(
      `CHANGELOG.md: the newest release is ${newest?.name ?? 'none'}, and package.json says ${version}`,
    )
  else if (newest.date === undefined) faults.push(`CHANGELOG.md: [${version}] has no date`)
  else if (newest.text === '') faults.push(`CHANGELOG.md: [${version}] is empty`)
  return faults
}

/** The notes of a release: the text of its section. */
export function notesOf(changelog: string, version: string): string {
  const section = sectionsOf(changelog).find(({ name }) => name === version)
  if (section === undefined) throw new Error(`CHANGELOG.md has no section [${version}]`)
  return `# Howdah ${version}\n\n${section.text}\n`
}

/** The changelog with its unreleased section as the section of a version. */
export function withRelease(changelog: string, version: string, date: string): string {
  if (sectionsOf(changelog).some(({ name }) => name === version))
    throw new Error(`CHANGELOG.md has a section [${version}] already`)
  if (!/^## \[Unreleased\]$/m.test(changelog)) throw new Error('CHANGELOG.md has no section [Unreleased]')
  return changelog.replace(/^## \[Unreleased\]$/m, `## [Unreleased]\n\n## [${version}] - ${date}`)
}
