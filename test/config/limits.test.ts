import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MOST_BYTES, MOST_ENTRIES } from '../../provisioners/config/document/bounds.ts'
import { readDocument } from '../../provisioners/config/document/document.ts'
import { loadCluster, sectionsOf } from '../../provisioners/config/index.ts'
import { HowdahErrors } from '../../provisioners/errors.ts'
import { BASE, infrastructure, parse, problemsOf } from './support.ts'

const lines = (count: number, line: (i: number) => string): string =>
  Array.from({ length: count }, (_, i) => line(i)).join('')

/** Nine aliases of nine aliases of …: few characters, and more values than any memory holds. */
const LAUGHS = `x0: &x0 [1]\n${lines(12, (i) => `x${i + 1}: &x${i + 1} [${`*x${i},`.repeat(9)}]\n`)}`

/** A text → the code and place of the one error, and part of its message. */
const BEYOND: readonly (readonly [title: string, text: string, code: string, said: RegExp])[] = [
  ['a large file', '#'.repeat(MOST_BYTES + 1), 'SPEC_TOO_LARGE 1:1', /larger than 262144 bytes/],
  ['open brackets', `${BASE}x: ${'['.repeat(100_000)}`, 'SPEC_TOO_LARGE 5:66', /more than 64 lists and maps/],
  ['open braces', '{a: '.repeat(50_000), 'SPEC_TOO_LARGE 1:253', /more than 64/],
  ['lists of lists', '- '.repeat(100_000), 'SPEC_TOO_LARGE 1:127', /more than 64/],
  ['keys of keys', '? '.repeat(100_000), 'SPEC_TOO_LARGE 1:127', /more than 64/],
  ['aliases', `${BASE}a: &a 1\nb: [${'*a,'.repeat(20_000)}]\n`, 'SPEC_TOO_LARGE 6:3005', /1000 aliases/],
  ['aliases of aliases', `${BASE}${LAUGHS}`, 'SPEC_TOO_LARGE 11:9', /250000 values/],
  [
    'levels by aliases',
    `${BASE}x0: &x0 [1]\n${lines(90, (i) => `x${i + 1}: &x${i + 1} [*x${i}]\n`)}`,
    'SPEC_TOO_LARGE 69:11',
    /more than 64/,
  ],
  [
    'entries',
    `${BASE}x: [${'1,'.repeat(MOST_ENTRIES + 1)}]\n`,
    'SPEC_TOO_LARGE 5:4',
    /more than 10000 entries/,
  ],
  [
    'a range of very many parts',
    BASE.replace('w[1-3]', `w[${'1-9999,'.repeat(300)}1]`),
    'SPEC_BAD_RANGE 4:12',
    /more than 10000 members/,
  ],
  [
    'wide numbers',
    BASE.replace('w[1-3]', `w[1-${'9'.repeat(400)}]`),
    'SPEC_BAD_RANGE 4:12',
    /more than 9 digits/,
  ],
  ['a long name', BASE.replace('w[1-3]', `${'w'.repeat(5000)}[1-3]`), 'SPEC_BAD_RANGE 4:12', /at most 253/],
  [
    'ranges that are many together',
    `name: x\nhosts:\n${lines(3, (i) => `- {name: 'w${i}-[1-5000]', address: 'w${i}-[1-5000]', roles: [worker]}\n`)}`,
    'SPEC_TOO_LARGE 5:3',
    /more than 10000 hosts/,
  ],
]

describe('a cluster.yml beyond all measure', () => {
  it.each(BEYOND.map((one) => ({ title: one[0], one })))('$title', ({ one: [, text, code, said] }) => {
    const { codes, errors } = problemsOf(text)
    expect(codes.filter((found) => !found.startsWith('SPEC_NO_'))).toEqual([code])
    expect(errors[0]?.message).toMatch(said)
    expect(errors[0]?.message.length).toBeLessThan(300)
    expect(errors[0]?.details.expected).toMatch(/^(at most \d|a range such as)/)
  })

  it('is not read to its end, and has no sections', async () => {
    await expect(loadCluster('/dev/zero')).rejects.toMatchObject({ code: 'SPEC_TOO_LARGE', exitCode: 10 })
    expect(sectionsOf(`aws: ${'['.repeat(100_000)}`)).toEqual({ hosts: false, aws: false })
  })

  it('is listed in part when it has very many errors, and the rest is counted', () => {
    const { codes, errors } = problemsOf(`${BASE}${lines(5000, (i) => `k${i}: 1\n`)}`)
    expect(codes).toHaveLength(51)
    expect(codes[49]).toBe('SPEC_UNKNOWN_KEY 54:1')
    expect(codes[50]).toBe('SPEC_MORE_ERRORS 55:1')
    expect(errors[50]?.message).toBe('the file has 4950 further errors; the next one is here')
  })

  it('finds the place of a key without a search through the whole map', () => {
    const document = readDocument(
      lines(2000, (i) => `k${i}: ${i}\n`),
      'f',
    )
    const names = { read: 0 }
    const path = new Proxy(['k1999'], {
      get: (target, key) => {
        names.read += 1
        return Reflect.get(target, key)
      },
    })
    expect(document.where(path)).toBe('f:2000:8')
    expect(names.read).toBeLessThan(20)
  })

  it('has as many warnings as can be read', () => {
    const old = lines(80, (i) => `mapreduce.jobtracker.a${i}: 1, `)
    const { warnings } = parse(`${BASE}properties: {mapred-site: {${old}}}\n`)
    expect(warnings).toHaveLength(51)
    expect(warnings[50]).toMatch(/30 further warnings/)
  })
})

describe('characters that no value can hold', () => {
  it.each([
    ['"a\\0b"', 'U+0000'],
    ['"\\x01"', 'U+0001'],
    ['"\\e[2J"', 'U+001B'],
    ['"\\x7f"', 'U+007F'],
    ['"\\u009b"', 'U+009B'],
    ['"\\ud800"', 'U+D800'],
    ['"\\uffff"', 'U+FFFF'],
  ])('%s is refused where it is, by its field', (text, found) => {
    const { codes, errors } = problemsOf(`${BASE}properties:\n  hive-site: {some.delimiter: ${text}}\n`)
    expect(codes).toEqual(['SPEC_CHARACTER 6:31'])
    expect(errors[0]?.message).toContain(`properties.hive-site["some.delimiter"] has the character ${found}`)
  })

  it('is refused in a key, in a list, and in aws', () => {
    expect(problemsOf(`${BASE}"a\\0": 1\n`).errors[0]?.message).toMatch(/^a key in the file has .* U\+0000/)
    expect(problemsOf(BASE.replace('[master]', '["\\x02"]')).errors[0]?.message).toMatch(
      /^hosts\[0\]\.roles\[0\] /,
    )
    const aws = 'name: x\naws: {deployment: small-emr, region: eu-west-1, tags: {a: "\\x01"}}\n'
    expect(problemsOf(aws, infrastructure).codes).toEqual(['SPEC_CHARACTER 2:59'])
  })

  it("leaves Hive's own way to write a delimiter, and line breaks", () => {
    const { errors } = problemsOf(`${BASE}properties: {hive-site: {a.b: "\\x01"}}\n`)
    expect(errors[0]?.details.next).toContain("'\\001'")
    const { properties } = parse(`${BASE}properties: {hive-site: {a.b: '\\001', c.d: "x\\ty\\nz"}}\n`)
    expect(properties['hive-site']).toEqual({ 'a.b': '\\001', 'c.d': 'x\ty\nz' })
  })
})

describe('a key that is a list or a map', () => {
  it.each([
    ['name: {{ cluster }}', 'SPEC_SYNTAX 1:8'],
    ['name: x\n? [a, b]\n: c', 'SPEC_SYNTAX 2:3'],
  ])('%s is refused, with the quotes that it may lack', (text, code) => {
    const { codes, errors } = problemsOf(`${text}\n`)
    expect(codes).toEqual([code])
    expect(errors[0]?.details.next).toMatch(/quote the value.*\{env: NAME\}/)
  })
})

describe('keys that every object of JavaScript has', () => {
  it.each(['constructor', 'toString', 'hasOwnProperty', '__proto__'])('%s is an unknown key', (key) => {
    for (const text of [`${BASE}${key}: {port: 1}\n`, `${BASE}ssh: {${key}: {port: 1}}\n`])
      expect(problemsOf(text).codes).toEqual([expect.stringMatching(/^SPEC_UNKNOWN_KEY 5:/)])
  })

  it('are plain names among properties', () => {
    const { properties } = parse(`${BASE}properties: {core-site: {constructor: 1, toString: x}}\n`)
    expect(properties['core-site']).toEqual({ constructor: '1', toString: 'x' })
    const { codes } = problemsOf(`${BASE}properties: {core-site: {__proto__: x}}\n`)
    expect(codes).toEqual(['SPEC_UNKNOWN_KEY 5:26'])
    expect(({} as { x?: unknown }).x).toBeUndefined()
  })
})

describe('any file', () => {
  const around = [
    '[',
    ']',
    '{',
    '}',
    ': ',
    ', ',
    '- ',
    '? ',
    '\n',
    '  ',
    '"',
    "'",
    '|',
    '>',
    '&a ',
    '*a',
    '!!set ',
    '%YAML 1.1\n',
    '---\n',
    '<<: ',
    '# ',
    '\0',
    '\ufeff',
    '\ud800',
    '__proto__',
    'constructor',
    '~',
    '.nan',
    '1e999',
    '0x1f',
    '2026-12-01',
    '\t',
    '\\',
  ]
  const fields = [
    'name',
    'hosts',
    'address',
    'roles',
    'master',
    'ssh',
    'aws',
    'emr',
    'users',
    'properties',
    'core-site',
    'schedule',
    'jobs',
    'when',
    'apps',
    'pipeline',
    'w[1-3]',
    'x',
  ]
  const token = fc.constantFrom(...around, ...fields)

  /** Ends with a cluster or an infrastructure, or with a list of errors that have their places. */
  const ends = (text: string): void => {
    for (const read of [parse, infrastructure]) {
      try {
        read(text)
      } catch (error) {
        if (!(error instanceof HowdahErrors)) throw error
        for (const { details } of error.all)
          expect(details.where).toMatch(/^\/srv\/site\/cluster\.yml:\d+:\d+$/)
      }
    }
  }

  it('of any bytes gives a cluster or a list of errors', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => ends(Buffer.from(bytes).toString('utf8'))),
      { numRuns: 100 },
    )
  })

  it('of any YAML gives a cluster or a list of errors', () => {
    fc.assert(
      fc.property(fc.array(token, { maxLength: 60 }), (tokens) => ends(tokens.join(''))),
      { numRuns: 150 },
    )
  })

  it('with any value at any field gives a cluster or a list of errors', () => {
    const whole = `${BASE}ssh: {user: ops, port: 22}\nproperties: {core-site: {a: b}}\nusers: [{name: ann}]\nschedule: {jobs: [{name: a, command: ls, when: daily}]}\naws: {deployment: small-emr, region: eu-west-1, tags: {a: b}}\n`
    const places = [...whole.matchAll(/(?<=[:,[{] ?)[^\s:,[\]{}'"]+/g)]
    const value = fc.oneof(
      token,
      fc.json(),
      fc.string({ unit: 'binary', maxLength: 20 }).map((text) => JSON.stringify(text)),
    )
    fc.assert(
      fc.property(fc.nat(places.length - 1), value, (at, text) => {
        const { index = 0, 0: old = '' } = places[at] ?? {}
        ends(whole.slice(0, index) + text + whole.slice(index + old.length))
      }),
      { numRuns: 150 },
    )
  })
})
