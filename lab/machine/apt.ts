/** The Debian mirror of this machine, which the lab uses too. */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { HowdahError } from '../../provisioners/errors.ts'
import { run } from '../run.ts'

/** URIs of binary packages in a one-line-style sources file (`deb [options] URI suite …`), in order. */
export function urisOfList(text: string): string[] {
  const uris = text.split('\n').map((line) => /^\s*deb\s+(?:\[[^\]]*\]\s+)?(\S+)/.exec(line)?.[1])
  return uris.filter((uri) => uri !== undefined)
}

/** URIs of binary packages in a deb822-style sources file (`Types:`, `URIs:`), in order. */
export function urisOfDeb822(text: string): string[] {
  const uncommented = text.split('\n').filter((line) => !line.startsWith('#'))
  const stanzas = uncommented.join('\n').split(/\n\s*\n/)
  return stanzas.flatMap((stanza) => {
    const field = (name: string): string[] =>
      new RegExp(`^${name}:((?:.*)(?:\\n[ \\t].*)*)`, 'im').exec(stanza)?.[1]?.split(/\s+/).filter(Boolean) ??
      []
    return field('Types').includes('deb') && !/^Enabled:\s*no/im.test(stanza) ? field('URIs') : []
  })
}

/** The first mirror of Debian itself: not of security updates, not of another distribution or vendor. */
export function debianMirror(uris: readonly string[]): string | undefined {
  return uris.find((uri) => /^https?:\/\/\S+\/debian\/?$/.test(uri))?.replace(/\/$/, '')
}

/**
 * The Debian mirror of this machine's apt (or HOWDAH_LAB_MIRROR, where this machine has another distribution).
 * Throws LAB_NO_MIRROR.
 */
export async function machineMirror(aptDir = '/etc/apt'): Promise<string> {
  const chosen = process.env.HOWDAH_LAB_MIRROR
  if (chosen !== undefined && chosen !== '') return chosen.replace(/\/$/, '')
  const parts = (await readdir(join(aptDir, 'sources.list.d')).catch(() => [])).sort()
  const uris: string[] = []
  for (const file of ['sources.list', ...parts.map((part) => join('sources.list.d', part))]) {
    const text = await readFile(join(aptDir, file), 'utf8').catch(() => '')
    uris.push(...(file.endsWith('.sources') ? urisOfDeb822(text) : urisOfList(text)))
  }
  const mirror = debianMirror(uris)
  if (mirror !== undefined) return mirror
  throw new HowdahError({
    code: 'LAB_NO_MIRROR',
    exit: 'preflight',
    message: "This machine's apt sources name no Debian mirror",
    found: uris.join(', ') || 'no sources',
    where: aptDir,
    next: 'Name one: export HOWDAH_LAB_MIRROR=http://<mirror>/debian',
  })
}

/** `host:port` of the proxy of this machine's apt; undefined: it has none. */
export function upstreamProxy(aptConfig: string): string | undefined {
  const url = /^Acquire::http::Proxy "(?:http:\/\/)?([^"/]+)\/?";$/im.exec(aptConfig)?.[1]
  return url === undefined || url === 'DIRECT' ? undefined : url
}

export async function machineProxy(): Promise<string | undefined> {
  return upstreamProxy(await run('apt-config', ['dump', 'Acquire::http::Proxy']))
}
