import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..')
const ROOMS = ['cli', 'lab', 'provisioners', 'stacks']

/** Who may call a Transport's `run` and `upload`, and why. */
const MAY_TOUCH_HOSTS: Readonly<Record<string, string>> = {
  'provisioners/engine/fence.ts': 'shows a run to the hosts',
  'provisioners/engine/lock.ts': 'holds the lock',
  'provisioners/engine/script-driver.ts': 'probe and apply',
  'provisioners/runtime/ask.ts': 'the door for everything else',
}
const OF_THE_TRANSPORT = /^provisioners\/transport\//

const sources = (dir: string): string[] =>
  readdirSync(join(ROOT, dir), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.includes('node_modules'))
    .map((name) => join(dir, name))

const named = (node: ts.Node | undefined, source: ts.SourceFile): readonly string[] =>
  node !== undefined && ts.isObjectLiteralExpression(node)
    ? node.properties.flatMap((property) => property.name?.getText(source) ?? [])
    : []

/**
 * The calls of a text that run a script on a host or send a file to one: a method `run` or `upload` of something that is
 * called a transport, or whose argument is a request (`script`; `sha256` or `open`).
 */
function hostCalls(text: string): string[] {
  if (!/\.(run|upload)\(/.test(text)) return []
  const source = ts.createSourceFile('a.ts', text, ts.ScriptTarget.Latest, true)
  const found: string[] = []
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression)) {
      const { name, expression: receiver } = node.expression
      const of = receiver.getText(source)
      const keys = named(node.arguments[0], source)
      const isRequest =
        name.text === 'run' ? keys.includes('script') : keys.includes('sha256') || keys.includes('open')
      const isHost =
        ['run', 'upload'].includes(name.text) && (isRequest || /transport|connectionTo/i.test(of))
      if (isHost) found.push(`${of.replaceAll(/\s+/g, ' ')}.${name.text}`)
    }
    ts.forEachChild(node, visit)
  }
  visit(source)
  return found
}

describe('hosts are touched by probe, by apply and by runtime/ask.ts', () => {
  it('no other file runs a script on a host or sends a file to one', () => {
    const others = ROOMS.flatMap(sources)
      .map((path) => relative('.', path))
      .filter((path) => !OF_THE_TRANSPORT.test(path) && !(path in MAY_TOUCH_HOSTS))
    const calls = others.flatMap((path) =>
      hostCalls(readFileSync(join(ROOT, path), 'utf8')).map((call) => `${path}: ${call}`),
    )
    expect(calls).toEqual([])
  })

  it.each([
    ["await transport.run({ script: 'true' })", 'transport.run'],
    ["session.transports['m1']?.run(request)", "session.transports['m1'].run"],
    ["place.host.run({ script, as: 'root' })", 'place.host.run'],
    ['connectionTo(transports, host).upload(file)', 'connectionTo(transports, host).upload'],
    ["x.upload({ open, bytes, sha256, path, mode: '0600' })", 'x.upload'],
  ])('%s is found', (text, call) => expect(hostCalls(text).join().replace('?', '')).toBe(call))

  it.each([
    'checks.run(name, title, work)',
    'check.run(flow)',
    'this.upload(name, options)',
    'flow.run(script)',
  ])('%s is none', (text) => expect(hostCalls(text)).toEqual([]))
})
