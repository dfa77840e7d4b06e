/** How checks read the answers of hosts: strictly, since a tool that prints something else has answered nothing. */

import type { Finding, Found, Seen, World } from '../types.ts'

/** A question has no usable answer. The check is then reported as not made. */
export class Unread extends Error {}

/** The answer to a question. Throws Unread. */
export function answer(seen: Seen, question: string): string {
  const found = seen.answers[question]
  if (found === undefined) throw new Unread(`${question} was not asked`)
  if ('failed' in found) throw new Unread(found.failed)
  return found.text
}

/** The lines of an answer that are not empty. Throws Unread. */
export const linesOf = (seen: Seen, question: string): string[] =>
  answer(seen, question)
    .split('\n')
    .filter((line) => line.trim() !== '')

/** The value of `key=value` in an answer; undefined when the host does not have it. Throws Unread. */
export function settingOf(seen: Seen, question: string, key: string): string | undefined {
  const line = linesOf(seen, question).find((one) => one.startsWith(`${key}=`))
  return line?.slice(key.length + 1).trim()
}

/** The same, for a value that every host has. Throws Unread. */
export function needValue(seen: Seen, question: string, key: string): string {
  const value = settingOf(seen, question, key)
  if (value === undefined || value === '') throw new Unread(`the host did not report ${key}`)
  return value
}

/** A whole number. Throws Unread for anything else. */
export function wholeNumber(text: string | undefined, what: string): number {
  if (text === undefined || !/^\d{1,19}$/.test(text))
    throw new Unread(`${what} is not a number: ${shown(text)}`)
  return Number(text)
}

/** Text of a host in a message: one line, and not endless. */
export const shown = (text: string | undefined): string => {
  const line = (text ?? 'nothing').replaceAll(/\s+/g, ' ').trim()
  return line.length > 200 ? `${line.slice(0, 200)}…` : line
}

/** Why a check was not made, as a finding. Errors of other kinds are bugs, and are thrown. */
export function unchecked(error: unknown): Found {
  if (!(error instanceof Unread)) throw error
  return { severity: 'unchecked', message: 'this could not be checked', evidence: shown(error.message) }
}

/** A check of each host alone. */
export const eachHost =
  (find: (seen: Seen, world: World) => readonly Found[]) =>
  (world: World): Omit<Finding, 'check'>[] =>
    world.hosts.flatMap((seen) => {
      try {
        return find(seen, world).map((found) => ({ ...found, host: seen.host.name }))
      } catch (error) {
        return [{ ...unchecked(error), host: seen.host.name }]
      }
    })

/** A value of each host; hosts where it could not be read are findings. */
export interface Values<T> {
  readonly values: readonly { readonly host: string; readonly value: T }[]
}

/** A check that compares the hosts with each other. */
export const acrossHosts =
  <T>(
    read: (seen: Seen) => T | undefined,
    compare: (values: Values<T>['values'], world: World) => readonly Omit<Finding, 'check'>[],
  ) =>
  (world: World): Omit<Finding, 'check'>[] => {
    const values: { host: string; value: T }[] = []
    const missing: Omit<Finding, 'check'>[] = []
    for (const seen of world.hosts) {
      try {
        const value = read(seen)
        if (value !== undefined) values.push({ host: seen.host.name, value })
      } catch (error) {
        missing.push({ ...unchecked(error), host: seen.host.name })
      }
    }
    return [...compare(values, world), ...missing]
  }

/** The values that several hosts have, with those hosts. */
export function shared<T>(
  values: Values<T>['values'],
  keys: (value: T) => readonly string[],
): { readonly key: string; readonly hosts: readonly string[] }[] {
  const byKey = new Map<string, string[]>()
  for (const { host, value } of values) {
    for (const key of new Set(keys(value))) byKey.set(key, [...(byKey.get(key) ?? []), host])
  }
  return [...byKey].flatMap(([key, hosts]) => (hosts.length > 1 ? [{ key, hosts }] : []))
}
