import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

const PAGE = 'docs/guide.md'

/** Each test file that a row of the page names, with the titles in quotation marks that follow it. */
function named(page: string): { readonly file: string; readonly titles: readonly string[] }[] {
  return [...page.matchAll(/`(test\/[^`]+)`((?:,? "[^"|]+")*)/g)].map(([, file = '', rest = '']) => ({
    file,
    titles: [...rest.matchAll(/"([^"]+)"/g)].map((match) => match[1] ?? ''),
  }))
}

describe(PAGE, () => {
  const page = readFileSync(PAGE, 'utf8')

  it('names only tests that exist, by their titles', () => {
    const missing = named(page)
      .filter(({ file }) => !file.endsWith('/'))
      .flatMap(({ file, titles }) => {
        const text = existsSync(file) ? readFileSync(file, 'utf8') : undefined
        if (text === undefined) return [file]
        return titles.filter((title) => !text.includes(title)).map((title) => `${file}: ${title}`)
      })
    expect(missing).toEqual([])
    expect(named(page).flatMap(({ titles }) => titles).length).toBeGreaterThan(40)
  })
})
