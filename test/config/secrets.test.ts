import { describe, expect, it } from 'vitest'
import { BASE, problemsOf } from './support.ts'

describe('a password in the file', () => {
  const places = [
    'ssh: {password: hunter22}',
    'ssh: {password: {value: hunter22}}',
    'ssh: {password: [hunter22]}',
    "ssh: {password: {env: 'hunter22!'}}",
    'ssh: {sudoPassword: *hunter22}',
    'ssh: {password: "hunter22}',
    'ssh: {password: hunter22: b}',
    'ssh: {password: {file: [hunter22]}}',
    'ssh:\n  password: "a" hunter22',
    'ssh: {password: !h!hunter22 x}',
    'metastore: {password: hunter22}',
    'metastore: {password: {generate: hunter22}}',
    'metastore: {passwd: hunter22}',
    'password: hunter22',
    'resultStore: {host: m1, api: {password: hunter22}, pipeline: hunter22}',
    'lms: {external: {address: db, admin: {user: root, password: hunter22}}}',
    'properties: {hive-site: {javax.jdo.option.ConnectionPassword: hunter22}}',
    'properties: {core-site: {fs.s3a.secret.key: hunter22}}',
    'properties: {core-site: {fs.s3a.secret.key: [hunter22]}}',
  ]
  it.each(places)('%s is refused, and no message repeats it', (line) => {
    const { errors } = problemsOf(`${BASE}${line}\n`)
    expect(errors.length).toBeGreaterThan(0)
    const said = JSON.stringify(
      errors.map((error) => [error.details, error.message, error.stack, String(error.cause)]),
    )
    expect(said).not.toContain('hunter22')
  })

  it('is answered with the remedy', () => {
    const [error] = problemsOf(`${BASE}ssh: {password: hunter22}\n`).errors
    expect(error?.code).toBe('SPEC_PLAIN_PASSWORD')
    expect(error?.details.where).toBe('/srv/site/cluster.yml:5:17')
    expect(error?.details.expected).toBe(
      'where the secret is: {file: path}, {env: NAME}, {stdin: true} or {command: [PROGRAM, …]}',
    )
    expect(error?.details.next).toContain('mode 0600')
  })

  it('may be the name of a file, or a path of properties', () => {
    const name = 'hadoop.security.credstore.java-keystore-provider.password-file'
    expect(problemsOf(`${BASE}properties: {core-site: {${name}: /etc/x}}\n`).codes).toEqual([])
  })
})
