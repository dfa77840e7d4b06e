import { mkdtempSync, rmSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { stringify } from 'yaml'
import { labDown } from '../../../lab/index.ts'
import { expectExit, noLab, onHost } from '../support.ts'
import { HOSTS, install as installOn, pythonLab } from './python-lab.ts'

const LAB = 'python'
const OURS = /^(fact|archive|action):pipeline-python|python2\.7/
const skip = noLab()

describe.skipIf(skip)(`Python 2.7 on today's hosts${skip ? ` (skipped: ${skip})` : ''}`, () => {
  const dir = mkdtempSync(join(tmpdir(), 'howdah-python-lab-'))
  const [file, bundle] = [join(dir, 'cluster.yml'), join(dir, 'bundle.tar')]

  let spec: object = {}
  /** The mirror is stopped now: all packages come from the bundle, over the connection to each host. */
  const install = () => installOn(spec, { dir, bundle, ours: OURS })

  const onBoth = (script: string): Promise<string[]> =>
    Promise.all(HOSTS.map((host) => onHost(LAB, host, script)))
  const run = (code: string) => `runuser -u nobody -- /opt/python/2.7/bin/python2.7 -c '${code}'`
  /** Every file of Python 2.7, and the packages of Python 2 in the database of dpkg. */
  const STATE =
    "cd /opt/python/2.7 && find . -printf '%p %s %m %T@ %l\\n' | sort | sha256sum; dpkg-query -W -f='${Package}\\n' | grep -E 'python2|libpython2|libssl1|libffi7' || :"

  beforeAll(async () => {
    // A new cache, without the packages of an earlier run.
    const lab = await pythonLab(LAB, dir)
    vi.stubEnv('HOWDAH_CACHE', join(dir, 'cache'))
    spec = lab.spec
    await writeFile(file, stringify(spec))
    await expectExit(0, ['artifacts', 'bundle', '--out', bundle, file])
    await lab.closeMirror()
    rmSync(join(dir, 'cache'), { recursive: true })
  })
  afterAll(async () => {
    vi.unstubAllEnvs()
    await labDown(LAB)
    rmSync(dir, { recursive: true, force: true })
  })

  it('is installed from a bundle, and a second run changes nothing', async () => {
    const parts = [
      'action:pipeline-python',
      'archive:pipeline-python',
      'file:/etc/ld.so.conf.d/zz-howdah-python2.7.conf',
      'symlink:/usr/local/bin/python2.7',
    ]
    expect(await install()).toEqual(HOSTS.flatMap((host) => parts.map((part) => `${host}!${part}`)))
    expect(await install()).toEqual([])
  })

  it('runs on the master and the worker as any user, with the modules that link to a library', async () => {
    expect(await onBoth(run('import ssl, json, sqlite3; print 1'))).toEqual(['1', '1'])
    const both = await onBoth(
      run(
        'import ssl, ctypes, pkg_resources, hashlib, sys; print sys.version_info[:2], sys.maxunicode, sys.prefix, ssl.OPENSSL_VERSION; print hashlib.sha256("x").hexdigest()[:8]',
      ),
    )
    expect(new Set(both).size).toBe(1)
    expect(both[0]).toMatch(/^\(2, 7\) 1114111 \/opt\/python\/2\.7 OpenSSL 1\.1\.1w .*\n2d711642$/)
    expect(await onBoth("python2.7 -c 'print 2'")).toEqual(['2', '2'])
  })

  it('is unknown to dpkg, so that no upgrade and no autoremove changes it, or is stopped by it', async () => {
    const before = await onBoth(STATE)
    expect(before.map((text) => text.split('\n').length)).toEqual([1, 1])
    const said = await onHost(
      LAB,
      'w1',
      `export DEBIAN_FRONTEND=noninteractive
       apt-get -qq update
       apt-get -y autoremove --purge && apt-get -y upgrade && apt-get -y dist-upgrade && apt-get check && dpkg --audit
       # A package with a library of the same name, which rebuilds the cache of the loader.
       apt-get -y install --no-install-recommends python3-minimal libsqlite3-0 libreadline8t64
       apt-get -y autoremove --purge`,
    )
    expect(said).not.toMatch(/kept back|unmet|python2|libssl1\.1/)
    expect(await onBoth(STATE)).toEqual(before)
    expect(await onBoth(run('import ssl, json, sqlite3; print 1'))).toEqual(['1', '1'])
    expect(await install()).toEqual([])
  })

  it("does not change the libraries of the host's programs", async () => {
    const loaded = (library: string) =>
      run(
        `import sqlite3, ssl; print sorted(set(line.split()[-1] for line in open("/proc/self/maps") if "${library}" in line))`,
      )
    await onHost(LAB, 'w1', 'apt-get -qq -y install --no-install-recommends libsqlite3-0')
    expect(await onHost(LAB, 'w1', loaded('libsqlite3'))).toMatch(
      /^\['\/usr\/lib\/x86_64-linux-gnu\/libsqlite3/,
    )
    expect(await onHost(LAB, 'w1', loaded('libssl'))).toBe("['/opt/python/2.7/lib/libssl.so.1.1']")
    const borrowed = await onHost(
      LAB,
      'w1',
      'for program in /bin/bash /usr/bin/ssh /usr/bin/apt-get /usr/bin/openssl; do [ ! -x $program ] || ldd $program; done | grep -c /opt/python || :',
    )
    expect(borrowed).toBe('0')
  })

  it('is repaired when files are missing', async () => {
    await onHost(LAB, 'w1', 'rm /etc/ld.so.conf.d/zz-howdah-python2.7.conf; ldconfig')
    expect(await onHost(LAB, 'w1', `${run('import ssl')} 2>&1 || :`)).toContain('libssl.so.1.1')
    expect(await install()).toEqual([
      'w1!action:pipeline-python',
      'w1!file:/etc/ld.so.conf.d/zz-howdah-python2.7.conf',
    ])
    expect(await onHost(LAB, 'w1', run('import ssl; print 1'))).toBe('1')
  })
})
