import { spawnSync } from 'node:child_process'
import * as fc from 'fast-check'
import { XMLParser } from 'fast-xml-parser'
import { expect, test } from 'vitest'
import { exportDefault, quoteWord, systemdValue, xmlText } from '../../hadoop-templates/escaping.ts'
import { render, siteXml, sortedProperties } from '../../hadoop-templates/index.ts'

const parser = new XMLParser({
  trimValues: false,
  parseTagValue: false,
  isArray: (name) => name === 'property',
})

function parse(xml: string): Record<string, string> {
  const parsed = parser.parse(xml) as { configuration: { property?: { name: string; value: string }[] } }
  return Object.fromEntries((parsed.configuration.property ?? []).map(({ name, value }) => [name, value]))
}

test('property values come back from XML as they went in', () => {
  const properties = {
    'a.url': 'jdbc:mysql://h/db?permitMysqlScheme=true&useMysqlMetadata=true',
    'b.quotes': `he said "no" and 'yes'`,
    'c.lines': 'one\ntwo\n',
    'd.tags': '<![CDATA[ ]]> <value>',
    'e.entity': '&amp;lt;',
    'f.letters': 'žluťoučký kůň 🐘',
  }
  expect(parse(siteXml('core-site', properties))).toEqual(properties)
})

test('any text that XML can hold survives', () => {
  const text = fc.string({ unit: 'grapheme' }).filter((t) => {
    try {
      xmlText(t)
      return !t.includes('\r')
    } catch {
      return false
    }
  })
  fc.assert(fc.property(text, (value) => parse(siteXml('x', { name: value })).name === value))
})

test('a return is written as a reference, since a parser would make a newline of it', () => {
  expect(xmlText('a\r\nb')).toBe('a&#13;\nb')
})

test.each([['\0'], ['\x08'], ['\x0b'], ['\x1f'], ['\ufffe'], ['\uffff'], ['\ud800'], ['\udc00x']])(
  'what XML cannot hold is refused: %j',
  (bad) => {
    expect(() => siteXml('x', { p: `ok${bad}` })).toThrow(
      /cannot hold the character U\+[0-9A-F]{4}.*position 2/,
    )
  },
)

test('the declaration comes first, and one line says who wrote the file', () => {
  const lines = siteXml('hdfs-site', { a: '1' }).split('\n')
  expect(lines[0]).toBe('<?xml version="1.0" encoding="UTF-8"?>')
  expect(lines[1]).toMatch(/^<!-- hdfs-site\. Written by Howdah.*`howdah plan`.* -->$/)
})

test('properties are in the order of their names, whatever order they came in', () => {
  expect(sortedProperties({ b: '1', a: '2', B: '3' }).map(({ name }) => name)).toEqual(['B', 'a', 'b'])
  expect(siteXml('x', { b: '1', a: '2' })).toBe(siteXml('x', { a: '2', b: '1' }))
})

test.each([
  ['wrapper.sh', { title: 't', environment: [], arguments: [] }],
  ['wrapper.sh', { title: 't', command: 'c', arguments: [] }],
  ['wrapper.sh', { environment: [], command: 'c', arguments: [] }],
  ['site.xml', { name: 'core-site' }],
  ['lines', {}],
])('a name that the data lacks is an error, not an empty place: %s %j', (template, data) => {
  expect(() => render(template, data)).toThrow(new RegExp(`^${template}: `))
})

test('a template that is not there is named', () => {
  expect(() => render('nope', {})).toThrow(/no template nope/)
})

test('a wrapper is a shell script that hands on its arguments as they are', () => {
  const text = render('wrapper.sh', {
    title: 't',
    environment: [{ name: 'GREETING', value: `it's $HOME \`x\` "q" }` }],
    command: '/bin/sh',
    arguments: ['-c', 'printf "%s|" "$GREETING" "$@"', 'name'],
  })
  const env = { PATH: process.env.PATH ?? '', HOME: '/h' }
  const run = (more: Record<string, string>) =>
    spawnSync('sh', ['-c', text, 'wrapper', 'a b', '$c'], { encoding: 'utf8', env: { ...env, ...more } })
      .stdout
  expect(run({})).toBe(`it's $HOME \`x\` "q" }|a b|$c|`)
  expect(run({ GREETING: 'mine' })).toBe('mine|a b|$c|')
})

test('a shell word is one word again', () => {
  fc.assert(
    fc.property(
      fc.string().filter((t) => !t.includes('\0')),
      (word) => {
        const said = spawnSync('sh', ['-c', `printf %s ${quoteWord(word)}`], { encoding: 'utf8' })
        return said.stdout === word
      },
    ),
    { numRuns: 40 },
  )
  expect(() => quoteWord('a\0b')).toThrow(RangeError)
})

test('names of unknown variables are refused', () => {
  expect(() => exportDefault('A-B', 'x')).toThrow(/A-B/)
})

test('systemd: specifiers are doubled, blanks quoted, line breaks refused', () => {
  expect(systemdValue('plain=/a/b')).toBe('plain=/a/b')
  expect(systemdValue('A=x y "z" %p')).toBe('"A=x y \\"z\\" %%p"')
  expect(() => systemdValue('A=x\nExecStart=/bin/evil')).toThrow(RangeError)
})

test('the topology script answers for each argument, and for hosts that it does not know', () => {
  const table = `${process.cwd()}/test/hadoop-templates/topology.table`
  const text = render('hadoop/topology.sh', { table })
  const said = spawnSync('sh', ['-c', text, 'topology', 'w1', '10.0.0.12', 'stranger', 'w'], {
    encoding: 'utf8',
  })
  expect(said.stdout.split('\n')).toEqual(['/r1', '/dc/r2', '/default-rack', '/default-rack', ''])
  expect(said.status).toBe(0)
})
