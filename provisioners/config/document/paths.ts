/** The place of a value in cluster.yml: `['hosts', 2, 'roles', 0]`. */
export type Path = readonly (string | number)[]

/** Longer keys are cut in messages. */
const MOST = 80

/** `hosts[2].roles[0]`, `properties.core-site["fs.defaultFS"]`. */
export function showPath(path: Path): string {
  let text = ''
  for (const segment of path) {
    if (typeof segment === 'number') text += `[${segment}]`
    else if (/^[\w-]+$/.test(segment)) text += text === '' ? short(segment) : `.${short(segment)}`
    else text += `["${short(segment)}"]`
  }
  return text === '' ? 'the file' : text
}

/** A long text as the beginning of it. */
export const short = (text: string): string => (text.length > MOST ? `${text.slice(0, MOST)}…` : text)
