import stringWidth from 'string-width'
import { KINDS, type Kind, type ReportLine } from '../../provisioners/emr/index.ts'
import type { Colors } from './text.ts'

const paint = (kind: Kind, c: Colors): ((text: string) => string) =>
  ({ same: c.dim, translated: c.green, replaced: c.cyan, dropped: c.yellow, 'needs-you': c.red })[kind]

const widest = (texts: readonly string[]): number => Math.max(0, ...texts.map((text) => stringWidth(text)))

/** "14 same, 3 translated, 12 replaced, 1 dropped, 7 need you". */
export function reportSummary(report: readonly ReportLine[]): string {
  const counts = KINDS.map((kind) => [kind, report.filter((line) => line.kind === kind).length] as const)
  return counts
    .filter(([, count]) => count > 0)
    .map(([kind, count]) => `${count} ${kind === 'needs-you' ? `need${count === 1 ? 's' : ''} you` : kind}`)
    .join(', ')
}

/** The report of a translation: position, kind, legacy key and its new key; the reason is below. */
export function reportText(report: readonly ReportLine[], c: Colors): string {
  const places = report.map(({ place }) => place || '-')
  const [left, middle] = [widest(places), widest(KINDS)]
  const indent = ' '.repeat(left + middle + 4)
  const lines = report.flatMap(({ kind, key, became, value, why }, i) => {
    const now = became === undefined ? '' : ` → ${became}${value === undefined ? '' : `: ${value}`}`
    const head = `${(places[i] ?? '').padStart(left)}  ${paint(kind, c)(kind.padEnd(middle))}  ${c.bold(key)}${now}`
    return [head, c.dim(`${indent}${why}`)]
  })
  return [...lines, c.bold(reportSummary(report))].join('\n')
}
