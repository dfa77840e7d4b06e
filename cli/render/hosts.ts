/** Many hosts as few words, in the form of cluster.yml: `w[1-100]`. Pure. */

/** The fewest neighbours that make a range: `w[1-3]`, but `w1, w2`. */
const RANGE = 3

interface Numbered {
  readonly prefix: string
  readonly number: number
  /** Digits of a number with leading zeros. */
  readonly width: number
}

function numbered(name: string): Numbered | undefined {
  const [, prefix = '', digits] = /^(.*?)(\d{1,9})$/.exec(name) ?? []
  if (digits === undefined || prefix === '' || /[:\d]$/.test(prefix)) return undefined
  return { prefix, number: Number(digits), width: digits.startsWith('0') ? digits.length : 0 }
}

/** Whether `next` continues the run: `w09` to `w10` keeps the width, `w9` to `w10` does not need to. */
const follows = (last: Numbered, next: Numbered, width: number): boolean =>
  next.prefix === last.prefix &&
  next.number === last.number + 1 &&
  (width === 0 ? next.width === 0 : String(next.number).padStart(width, '0').length === width)

const show = ({ prefix, number }: Numbered, width: number): string =>
  `${prefix}${String(number).padStart(width, '0')}`

function runText(run: readonly Numbered[]): string[] {
  const [first, last] = [run[0] as Numbered, run.at(-1) as Numbered]
  if (run.length < RANGE) return run.map((one) => show(one, first.width))
  const digits = (one: Numbered): string => String(one.number).padStart(first.width, '0')
  return [`${first.prefix}[${digits(first)}-${digits(last)}]`]
}

/** `m1, w[1-100]`; names without a number stay as they are. The order is that of the first appearance. */
export function hostRange(names: readonly string[]): string {
  const texts: string[] = []
  let run: Numbered[] = []
  const close = (): void => {
    if (run.length > 0) texts.push(...runText(run))
    run = []
  }
  for (const name of [...new Set(names)]) {
    const one = numbered(name)
    const last = run.at(-1)
    if (last === undefined || one === undefined || !follows(last, one, (run[0] as Numbered).width)) close()
    if (one === undefined) texts.push(name)
    else run.push(one)
  }
  close()
  return texts.join(', ')
}

const patterns = new Map<string, RegExp>()

function patternOf(host: string): RegExp {
  const known = patterns.get(host)
  if (known) return known
  const made = new RegExp(`(?<![A-Za-z0-9-])${escaped(host)}(?![A-Za-z0-9-])`, 'g')
  patterns.set(host, made)
  return made
}

/** A text of a host without its name. Equal texts of many hosts are shown once. */
export const withoutName = (text: string, host: string): string =>
  host === '' ? text : text.replaceAll(patternOf(host), '\0')

/** The same without addresses, for messages about connections. A plan shows every address that differs. */
export const withoutHost = (text: string, host: string): string =>
  host === '' ? text : withoutName(text, host).replaceAll(/\b\d{1,3}(?:\.\d{1,3}){3}\b/g, '\0')

const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')

/** Items with the same key, in the order of the first of each. */
export function grouped<T>(
  items: readonly T[],
  keyOf: (item: T) => string,
): readonly (readonly [T, ...T[]])[] {
  const groups = new Map<string, [T, ...T[]]>()
  for (const item of items) {
    const group = groups.get(keyOf(item))
    if (group) group.push(item)
    else groups.set(keyOf(item), [item])
  }
  return [...groups.values()]
}
