import { readdirSync, readFileSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import Handlebars from 'handlebars'
import { ownFile } from '../provisioners/files.ts'
import { exportDefault, quoteWord, systemdValue, xmlText } from './escaping.ts'

/** A property, for templates. */
export interface Property {
  readonly name: string
  readonly value: string
}

const ROOT = ownFile('hadoop-templates')

/** Names of all templates, `hadoop3/hadoop-env.sh.hbs` and so on. */
function templateFiles(dir = ROOT): string[] {
  return readdirSync(dir, { withFileTypes: true }).flatMap((entry) => {
    const path = join(dir, entry.name)
    if (entry.isDirectory()) return templateFiles(path)
    return entry.name.endsWith('.hbs') ? [path] : []
  })
}

/** Properties in byte order of their names, so that a file changes only where its properties do. */
export const sortedProperties = (properties: Readonly<Record<string, string>>): Property[] =>
  Object.entries(properties)
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([name, value]) => ({ name, value }))

const propertyBlock = ({ name, value }: Property): string =>
  [
    '  <property>',
    `    <name>${xmlText(name)}</name>`,
    `    <value>${xmlText(value)}</value>`,
    '  </property>',
  ].join('\n')

/** Handlebars' strict mode only checks `{{name}}`, and passes `undefined` to a helper. So helpers must check too. */
function given<T>(value: T | null | undefined): T {
  if (value === undefined || value === null)
    throw new TypeError('a helper was given a name that the data lacks')
  return value
}

const text = (value: unknown): string => String(given(value))

/** Makes a built-in block refuse a name that the data lacks; `false` and an empty list are valid, and mean no. */
function requireData(handlebars: typeof Handlebars, name: string): void {
  const builtIn = handlebars.helpers[name]
  if (!builtIn) throw new Error(`Handlebars has no block ${name}`)
  handlebars.registerHelper(
    name,
    function (this: unknown, value: unknown, options: Handlebars.HelperOptions) {
      return builtIn.call(this, given(value), options)
    },
  )
}

/** The templates of this directory, read once, with their helpers and partials. */
function load(): ReadonlyMap<string, HandlebarsTemplateDelegate> {
  const handlebars = Handlebars.create()
  handlebars.registerHelper({
    text,
    xml: (value: unknown) => xmlText(text(value)),
    'shell-quote': (value: unknown) => quoteWord(text(value)),
    'export-default': (name: unknown, value: unknown) => exportDefault(text(name), text(value)),
    systemd: (value: unknown) => systemdValue(text(value)),
    'systemd-words': (words: readonly string[]) => given(words).map(systemdValue).join(' '),
    properties: (values: Readonly<Record<string, string>>) =>
      sortedProperties(given(values)).map(propertyBlock).join('\n'),
  })
  for (const block of ['each', 'if', 'unless']) requireData(handlebars, block)
  const compiled = new Map<string, HandlebarsTemplateDelegate>()
  for (const path of templateFiles()) {
    const name = relative(ROOT, path).split(sep).join('/').slice(0, -'.hbs'.length)
    const source = readFileSync(path, 'utf8')
    // Strict: a name that the data lacks is an error, never an empty value in a configuration file.
    const options = { strict: true, noEscape: true, preventIndent: true }
    if (name.startsWith('partials/')) handlebars.registerPartial(name.slice('partials/'.length), source)
    else compiled.set(name, handlebars.compile(source, options))
  }
  return compiled
}

type HandlebarsTemplateDelegate = ReturnType<typeof Handlebars.compile>

let templates: ReadonlyMap<string, HandlebarsTemplateDelegate> | undefined

/**
 * Renders a template of this directory, named by its path without `.hbs`: `hadoop3/hadoop-env.sh`.
 * Throws when the template does not exist, when the data lacks a name that it uses, and when a value
 * cannot be written in the file's own syntax.
 */
export function render(template: string, data: Readonly<Record<string, unknown>>): string {
  templates ??= load()
  const compiled = templates.get(template)
  if (!compiled) throw new Error(`no template ${template}: there are ${[...templates.keys()].join(', ')}`)
  try {
    return compiled(data)
  } catch (cause) {
    throw new Error(`${template}: ${cause instanceof Error ? cause.message : cause}`, { cause })
  }
}

/** A Hadoop configuration file: `core-site` and its properties. */
export const siteXml = (name: string, properties: Readonly<Record<string, string>>): string =>
  render('site.xml', { name, properties })
