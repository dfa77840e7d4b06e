import type { Path } from '../document/document.ts'
import type { Problems } from '../document/problems.ts'
import { didYouMean } from '../document/suggest.ts'
import { defined } from '../resolve/context.ts'
import type { Job } from '../types-schedule.ts'

/** Refuses a job that waits for a missing job, or, through others, for itself. `at` returns the place of a job. */
export function checkOrder(jobs: readonly Job[], at: (name: string) => Path, problems: Problems): void {
  const names = jobs.map(({ name }) => name)
  for (const job of jobs) {
    for (const [i, before] of job.after.entries()) {
      if (names.includes(before)) continue
      problems.add(
        defined({
          code: 'SPEC_JOB_UNKNOWN' as const,
          path: [...at(job.name), 'after', i],
          message: `the job ${job.name} must run after ${before}, and there is no such job`,
          found: before,
          expected: names.length === 0 ? undefined : `one of ${names.join(', ')}`,
          next: didYouMean(before, names),
        }),
      )
    }
  }
  for (const ring of rings(jobs)) {
    const [first = ''] = ring
    const job = jobs.find(({ name }) => name === first)
    const i = job?.after.indexOf(ring[1] ?? first) ?? 0
    problems.add({
      code: 'SPEC_JOB_CYCLE',
      path: [...at(first), 'after', i],
      message:
        ring.length === 1
          ? `the job ${first} waits for itself`
          : `the job ${first} waits for itself: ${[...ring, first].join(' after ')}`,
      found: [...ring, first].join(' → '),
      next: `take ${ring[1] ?? first} out of after`,
    })
  }
}

/** Cycles of `after`, each once, from the member that is declared first. */
function rings(jobs: readonly Job[]): string[][] {
  const after = new Map(jobs.map(({ name, after: before }) => [name, before]))
  const found: string[][] = []
  const done = new Set<string>()
  const visit = (name: string, path: readonly string[]): void => {
    const at = path.indexOf(name)
    if (at >= 0) found.push(path.slice(at))
    if (at >= 0 || done.has(name)) return
    for (const before of after.get(name) ?? []) visit(before, [...path, name])
    done.add(name)
  }
  for (const { name } of jobs) visit(name, [])
  return found
}
