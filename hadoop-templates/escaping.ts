/** Functions that quote values, one per syntax. Each throws when a reader would get another value. */

const XML_ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
  // A parser reads a bare carriage return as a newline.
  '\r': '&#13;',
}

// What XML 1.0 cannot contain: control characters except tab, newline and return, lone surrogates, and two more.
const NOT_XML =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: this pattern must match control characters
  /[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/

/** Text for an XML element or attribute. Throws RangeError on a character that XML cannot hold. */
export function xmlText(text: string): string {
  const bad = NOT_XML.exec(text)
  if (bad) {
    const code = (bad[0].codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')
    throw new RangeError(`XML cannot hold the character U+${code} (at position ${bad.index})`)
  }
  return text.replace(/[&<>"'\r]/g, (character) => XML_ENTITIES[character] ?? character)
}

/** A single word for a POSIX shell. Throws RangeError on NUL. */
export function quoteWord(word: string): string {
  if (word.includes('\0')) throw new RangeError('a shell word cannot hold a NUL byte')
  if (/^[A-Za-z0-9_@%+=:,./-]+$/.test(word)) return word
  return `'${word.replaceAll("'", `'\\''`)}'`
}

/** A single word in a systemd directive. Throws RangeError on a line break. */
export function systemdValue(word: string): string {
  if (/[\0\r\n]/.test(word)) throw new RangeError('a systemd unit cannot hold a line break in a value')
  const text = word.replaceAll('%', '%%')
  if (/^[A-Za-z0-9_@%+=:,./-]+$/.test(text)) return text
  return `"${text.replace(/[\\"]/g, '\\$&')}"`
}

/**
 * `export NAME="${NAME:-value}"`: the environment wins, else this value. The value is literal, except when it is just
 * `$NAME`. Throws RangeError on a name that is not a variable, or NUL.
 */
export function exportDefault(name: string, value: string): string {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name))
    throw new RangeError(`${name} is not the name of a shell variable`)
  if (value.includes('\0')) throw new RangeError('a shell word cannot hold a NUL byte')
  const isReference = /^\$[A-Za-z_][A-Za-z0-9_]*$/.test(value)
  const text = isReference ? value : value.replace(/[\\$`"}]/g, '\\$&')
  return `export ${name}="\${${name}:-${text}}"`
}
