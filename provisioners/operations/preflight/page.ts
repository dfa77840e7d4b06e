import { CHECK_GROUPS } from './checks/index.ts'

const BEGIN = '<!-- checks -->'
const END = '<!-- /checks -->'

const table = ([heading, checks]: (typeof CHECK_GROUPS)[number]): string =>
  [
    `### ${heading}`,
    '',
    '| check | what must be so | otherwise |',
    '|---|---|---|',
    ...checks.map(({ id, title, severities }) => `| \`${id}\` | ${title} | ${severities.join(', ')} |`),
  ].join('\n')

/** docs/preflight.md with the current checks between its marks. */
export function withChecks(page: string): string {
  const [before, rest] = page.split(BEGIN)
  const after = rest?.split(END)[1]
  if (before === undefined || after === undefined) throw new Error(`the page lacks ${BEGIN} or ${END}`)
  return `${before}${BEGIN}\n\n${CHECK_GROUPS.map(table).join('\n\n')}\n\n${END}${after}`
}
