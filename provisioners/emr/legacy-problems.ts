import type { z } from 'zod'
import { didYouMean, type Path, type Problems, showPath, valueAt } from '../config/index.ts'
import { STEP_TYPES, type topSchema } from './legacy-schema.ts'

/** The problems of a legacy file, each with its key and position. */

/** The value at a path by its schema, or undefined with a problem for every error in it. */
export function check<T>(
  schema: z.ZodType<T>,
  path: Path,
  problems: Problems,
  value = valueAt(problems.document.value, path),
): T | undefined {
  if (value === undefined || value === null) {
    if (path.length > 0) return undefined
  }
  const result = schema.safeParse(value)
  if (result.success) return result.data
  for (const issue of result.error.issues) report(issue, path, value, problems)
  return undefined
}

type Issue = NonNullable<ReturnType<typeof topSchema.safeParse>['error']>['issues'][number]

function report(issue: Issue, base: Path, value: unknown, problems: Problems): void {
  const path = [...base, ...(issue.path as Path)]
  if (issue.code === 'unrecognized_keys') {
    for (const key of issue.keys) unknownKey([...path, key], issue.message.split(', '), problems)
    return
  }
  const found = valueAt(value, issue.path as Path)
  if (found === undefined && path.length > 0) {
    problems.add({
      code: 'LEGACY_MISSING_KEY',
      path,
      message: `${showPath(path)} is missing`,
      next: `add ${String(path.at(-1))}`,
    })
    return
  }
  const shown = show(found)
  const suggestion = typeof found === 'string' ? didYouMean(found, issue.message.split(' or ')) : undefined
  problems.add({
    code: 'LEGACY_INVALID_VALUE',
    path,
    message: `${showPath(path)} is ${shown}; it should be ${issue.message}`,
    found: shown,
    expected: issue.message,
    ...(suggestion === undefined ? {} : { next: suggestion }),
  })
}

export function unknownKey(path: Path, known: readonly string[], problems: Problems): void {
  const key = String(path.at(-1))
  const suggestion = didYouMean(key, known)
  problems.add({
    code: 'LEGACY_UNKNOWN_KEY',
    path,
    at: 'key',
    message: `${showPath(path)} is not a key of the legacy cluster.yml`,
    found: key,
    expected: `one of ${known.join(', ')}`,
    ...(suggestion === undefined ? {} : { next: suggestion }),
  })
}

function show(value: unknown): string {
  if (value === null) return 'empty'
  if (Array.isArray(value)) return 'a list'
  return typeof value === 'object' ? 'a map' : JSON.stringify(value)
}

export function wrongKind(path: Path, expected: string, problems: Problems): void {
  const shown = show(valueAt(problems.document.value, path))
  problems.add({
    code: 'LEGACY_INVALID_VALUE',
    path,
    message: `${showPath(path)} is ${shown}; it should be ${expected}`,
    found: shown,
    expected,
  })
}

export function unknownStep(path: Path, type: string, problems: Problems): void {
  const suggestion = didYouMean(type, STEP_TYPES)
  problems.add({
    code: 'LEGACY_UNKNOWN_STEP',
    path,
    message: `${JSON.stringify(type)} is not a type of step`,
    found: type,
    expected: `one of ${STEP_TYPES.join(', ')}`,
    ...(suggestion === undefined ? {} : { next: suggestion }),
  })
}
