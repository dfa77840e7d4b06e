import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import {
  debianMirror,
  machineMirror,
  upstreamProxy,
  urisOfDeb822,
  urisOfList,
} from '../../lab/machine/apt.ts'

const DEB822 = `# Types: deb
# URIs: http://commented.example/debian
Types: deb-src
URIs: http://sources.example/debian
Suites: trixie

Enabled: no
Types: deb
URIs: http://disabled.example/debian
Suites: trixie

Types: deb deb-src
# a remark
URIs: http://first.example/debian
  http://second.example/debian
Suites: trixie trixie-updates
Components: main
`

describe('apt sources', () => {
  it('are read from one-line lists, options or not, and never from source packages', () => {
    const text = `# deb http://commented.example/debian trixie main
deb-src http://sources.example/debian trixie main
deb [arch=amd64 signed-by=/k.gpg] http://first.example/debian trixie main
deb http://second.example/debian trixie main`
    expect(urisOfList(text)).toEqual(['http://first.example/debian', 'http://second.example/debian'])
  })

  it('are read from deb822 stanzas, folded lines as well, without what is disabled', () => {
    expect(urisOfDeb822(DEB822)).toEqual(['http://first.example/debian', 'http://second.example/debian'])
  })

  it('give the first mirror of Debian itself', () => {
    const uris = [
      'https://packages.example/apt',
      'http://m.example/debian-security',
      'http://m.example/debian/',
    ]
    expect(debianMirror(uris)).toBe('http://m.example/debian')
    expect(debianMirror(['http://archive.example/ubuntu'])).toBeUndefined()
    expect(debianMirror(['file:/srv/debian'])).toBeUndefined()
  })
})

describe('machineMirror', () => {
  let dir: string
  beforeEach(async () => {
    vi.stubEnv('HOWDAH_LAB_MIRROR', '')
    dir = await mkdtemp(join(tmpdir(), 'howdah-apt-'))
    await mkdir(join(dir, 'sources.list.d'))
  })
  afterEach(async () => {
    vi.unstubAllEnvs()
    await rm(dir, { recursive: true })
  })

  it('reads sources.list before sources.list.d', async () => {
    await writeFile(join(dir, 'sources.list.d/debian.sources'), DEB822)
    expect(await machineMirror(dir)).toBe('http://first.example/debian')
    await writeFile(join(dir, 'sources.list'), 'deb http://main.example/debian trixie main\n')
    expect(await machineMirror(dir)).toBe('http://main.example/debian')
  })

  it('says how to name a mirror where there is none, and takes it', async () => {
    await writeFile(join(dir, 'sources.list'), 'deb http://archive.example/ubuntu noble main\n')
    await expect(machineMirror(dir)).rejects.toMatchObject({
      code: 'LAB_NO_MIRROR',
      details: { exit: 'preflight', found: 'http://archive.example/ubuntu' },
    })
    vi.stubEnv('HOWDAH_LAB_MIRROR', 'http://chosen.example/debian/')
    expect(await machineMirror(dir)).toBe('http://chosen.example/debian')
  })
})

it('finds the proxy of this machine’s own apt', () => {
  expect(upstreamProxy('Acquire::http::Proxy "http://cache.example:8000/";')).toBe('cache.example:8000')
  expect(upstreamProxy('Acquire::http::Proxy "DIRECT";')).toBeUndefined()
  expect(upstreamProxy('')).toBeUndefined()
})
