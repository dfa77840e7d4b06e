/** How a value is written in each syntax. Each function throws rather than write something that reads as another. */

const XML_ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
  // A parser reads a bare carriage return as a newline.
  '\r': '&#13;',
}

// What XML 1.0 has no way to say: control characters but tab, newline and return, lone surrogates, and two more.
const NOT_XML =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
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

/** One word for a POSIX shell. Throws RangeError on NUL. */
export function quoteWord(word: string): string {
  if (word.includes('\0')) throw new RangeError('a shell word cannot hold a NUL byte')
  if (/^[A-Za-z0-9_@%+=:,./-]+$/.test(word)) return word
  return `'${word.replaceAll("'", `'\\''`)}'`
}

/** One word of a systemd directive. Throws RangeError on a line break. */
export function systemdValue(word: string): string {
  if (/[\0\r\n]/.test(word)) throw new RangeError('a systemd unit cannot hold a line break in a value')
  const text = word.replaceAll('%', '%%')
  if (/^[A-Za-z0-9_@%+=:,./-]+$/.test(text)) return text
  return `"${text.replace(/[\\"]/g, '\\$&')}"`
}

/**
 * `export NAME="${NAME:-value}"`: what the environment says wins, else this value, which is taken literally but for
 * `$NAME` when it is just that. Throws RangeError on a name that is no variable, or NUL.
 */
export function exportDefault(name: string, value: string): string {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) throw new RangeError(`${name} is no name of a shell variable`)
  if (value.includes('\0')) throw new RangeError('a shell word cannot hold a NUL byte')
  const isReference = /^\$[A-Za-z_][A-Za-z0-9_]*$/.test(value)
  const text = isReference ? value : value.replace(/[\\$`"}]/g, '\\$&')
  return `export ${name}="\${${name}:-${text}}"`
}
