import { expect, it } from 'vitest'
import { fields } from '../../provisioners/config/describe/fields.ts'
import { ERROR_CODES } from '../../provisioners/error-codes/index.ts'

/** `ssh.transport`, `java.jdks.8`, `apps.api.tls.key` of a text; what is after a colon is a value. */
const pathsIn = (text: string): readonly string[] =>
  [...text.matchAll(/`([A-Za-z]+(?:\.[A-Za-z0-9]+)+)(?::[^`]*)?`/g)].map(([, path = '']) => path)

it('meanings and remedies name only fields that cluster.yml has', () => {
  const known = fields().map(({ path }) => path)
  const named = Object.entries(ERROR_CODES).flatMap(([code, { meaning, remedy }]) =>
    pathsIn(`${meaning} ${remedy}`).map((path) => ({ code, path })),
  )
  // A path may be relative to its section, such as `external.ca`, which several sections have.
  const isField = ({ path }: { readonly path: string }): boolean => {
    const real = path.replace('.NAME.', '.api.').replace('.MAJOR', '.8')
    return known.some((field) => field === real || field.endsWith(`.${real}`))
  }
  expect(named.length).toBeGreaterThan(40)
  expect(named.filter((one) => !isField(one))).toEqual([])
})
