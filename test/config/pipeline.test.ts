import { describe, expect, it } from 'vitest'
import { explainPath } from '../../provisioners/config/index.ts'
import { BASE, parse, problemsOf } from './support.ts'

const STORES = `resultStore: {host: m1}
lms: {external: {address: lms.example.org, admin: {user: root, password: {env: P}}}}
`
const with_ = (pipeline: string, rest = STORES): string => `${BASE}${rest}pipeline: ${pipeline}\n`

describe('the pipeline of cluster.yml', () => {
  it('is not checked where the file has none', () => {
    expect(parse(BASE)).not.toHaveProperty('pipeline')
  })

  it('has every default when it is empty', () => {
    const { pipeline, warnings } = parse(`${with_('{}')}ssh: {user: ops}\n`)
    expect(pipeline).toEqual({
      master: 'm1',
      user: 'hadoop',
      home: '/home/hadoop',
      python: { version: '3', command: '/usr/bin/python3', packages: ['python3'] },
      root: '/edx-analytics-pipeline',
      logs: '/data/tracking',
      logPattern: ['.*tracking\\.log-(?P<date>\\d{8}).*\\.gz'],
      expandInterval: '2 days',
      hiveDatabase: 'default',
      intervalStart: '2012-01-01',
      sudoers: ['ops'],
      overrides: {},
    })
    expect(warnings.join('\n')).toContain("edX's own pipeline runs on 2.7 alone")
  })

  it('gives no warning for a Python that was chosen, and installs no package for an existing one', () => {
    const { pipeline, warnings } = parse(with_('{python: {version: 2.7}}'))
    expect(pipeline?.python).toEqual({ version: '2.7', command: '/usr/bin/python2.7', packages: [] })
    expect(warnings.filter((text) => text.includes('Python'))).toEqual([])
    const own = parse(with_('{python: {version: 3, command: /opt/python/bin/python3}}')).pipeline
    expect(own?.python.packages).toEqual([])
  })

  it('installs 2.7 below the directory of software when it is asked to', () => {
    const { pipeline, warnings } = parse(with_('{python: {version: 2.7, install: true}}'))
    expect(pipeline?.python).toEqual({
      version: '2.7',
      command: '/opt/python/2.7/bin/python2.7',
      packages: [],
      install: {
        directory: '/opt/python/2.7',
        mirrors: ['https://deb.debian.org', 'https://archive.debian.org'],
      },
    })
    expect(warnings).toEqual([])
    const own = `${with_("{python: {version: 2.7, install: true, mirrors: ['http://mirror.lan']}}")}directories: {install: /srv}\n`
    expect(parse(own).pipeline?.python).toMatchObject({
      command: '/srv/python/2.7/bin/python2.7',
      install: { directory: '/srv/python/2.7', mirrors: ['http://mirror.lan'] },
    })
    const not = parse(with_('{python: {version: 2.7, install: false, command: /usr/bin/python2}}'))
    expect(not.pipeline?.python).toEqual({ version: '2.7', command: '/usr/bin/python2', packages: [] })
  })

  it.each([
    ['{install: true}', 'install'],
    ['{version: 3, install: true}', 'install'],
    ['{version: 2.7, install: true, command: /usr/bin/python2.7}', 'command'],
    ['{version: 2.7, install: true, packages: [python2.7]}', 'packages'],
    ["{version: 2.7, mirrors: ['http://mirror.lan']}", 'mirrors'],
  ])('refuses %s, since a part of it would have no effect', (python, key) => {
    const { codes, errors } = problemsOf(with_(`{python: ${python}}`))
    expect(codes.map((code) => code.split(' ')[0])).toEqual(['SPEC_KEY_NOT_USED'])
    expect(errors[0]?.message).toContain(`pipeline.python.${key}`)
  })

  const NEW = 'python: {version: 2.7, install: true}'

  it('takes the pipeline itself from a repository or a tarball, with wheels beside cluster.yml', () => {
    const source = (text: string, rest = '') =>
      parse(`${with_(`{${NEW}, source: ${text}}`)}${rest}`).pipeline?.source
    expect(source('{git: git@example.org:p.git, ref: open-release/x.1, wheels: wheels}')).toEqual({
      from: { kind: 'git', url: 'git@example.org:p.git', ref: 'open-release/x.1' },
      wheels: '/srv/site/wheels',
      requirements: ['?requirements/pip.txt', '?requirements/default.txt', '?requirements/extra.txt'],
      directory: '/var/lib/analytics-tasks',
      name: 'automation',
    })
    expect(source('{git: ./p, ref: main, wheels: ~/w}')).toMatchObject({
      from: { url: '/srv/site/p' },
      wheels: '/home/ann/w',
    })
    expect(
      source(
        '{tarball: p.tar.gz, wheels: /w, requirements: [r.txt]}',
        'schedule: {set: edx-daily, remoteName: nightly}\n',
      ),
    ).toMatchObject({
      from: { kind: 'tarball', file: '/srv/site/p.tar.gz' },
      requirements: ['r.txt'],
      name: 'nightly',
    })
  })

  it.each([
    [`{${NEW}, source: {wheels: w}}`, 'SPEC_PIPELINE_SOURCE', 'neither'],
    [`{${NEW}, source: {git: 'https://x/p', wheels: w}}`, 'SPEC_PIPELINE_SOURCE', 'git'],
    [
      `{${NEW}, source: {git: 'https://x/p', ref: v1, tarball: p, wheels: w}}`,
      'SPEC_PIPELINE_SOURCE',
      'git and ref and tarball',
    ],
    ['{python: {version: 3}, source: {tarball: p, wheels: w}}', 'SPEC_PIPELINE_SOURCE', '3'],
    [
      `{${NEW}, source: {git: '--upload-pack=x', ref: v1, wheels: w}}`,
      'SPEC_INVALID_VALUE',
      '"--upload-pack=x"',
    ],
    [
      `{${NEW}, source: {git: 'https://ana:hunter2@x/p', ref: v1, wheels: w}}`,
      'SPEC_INVALID_VALUE',
      '"https://ana:hunter2@x/p"',
    ],
    [`{${NEW}, source: {tarball: p, wheels: w, requirements: [../x]}}`, 'SPEC_INVALID_VALUE', '"../x"'],
  ])('refuses %s', (pipeline, code, found) => {
    const { errors } = problemsOf(with_(pipeline))
    expect(errors.map(({ details }) => [details.code, details.found])).toEqual([[code, found]])
  })

  it('gives no sudo rule to root, which needs none', () => {
    expect(parse(`${with_('{}')}ssh: {user: root}\n`).pipeline?.sudoers).toEqual([])
  })

  it('warns where the port of the LMS would be ignored, at the port', () => {
    const lms =
      'resultStore: {host: m1}\nlms:\n  external: {address: l.example.org, port: 3307, admin: {user: root, password: {env: P}}}\n'
    const { warnings } = parse(with_('{python: {version: 3}}', lms))
    expect(warnings).toHaveLength(1)
    expect(warnings[0]).toMatch(/cluster\.yml:7:44: .*ignore the port and go to 3306, not to 3307/)
  })

  it('warns of TLS that cannot be required, of a trash that keeps passwords, and of missing databases', () => {
    const tls = STORES.replace('admin:', 'tls: required, admin:')
    expect(parse(with_('{python: {version: 3}}', tls)).warnings.join()).toContain('lms requires TLS')
    const own = parse(
      with_('{python: {version: 3}}', 'lms: {host: m1}\nresultStore: {host: m1, tls: required}\n'),
    )
    expect(own.warnings.join('\n')).toMatch(/cluster\.yml:6:30: resultStore requires TLS/)
    // One host, one server.
    expect(own.warnings.join('\n')).toContain('lms requires TLS')
    const trash = `properties: {core-site: {fs.trash.interval: 60}}\n`
    expect(parse(with_('{python: {version: 3}}', STORES + trash)).warnings.join()).toContain(
      "a trash of 60 minutes the pipeline leaves Sqoop's password",
    )
    const closed = `properties: {core-site: {fs.trash.interval: 60, fs.permissions.umask-mode: '077'}}\n`
    expect(parse(with_('{python: {version: 3}}', STORES + closed)).warnings).toEqual([])
    const none = parse(with_('{python: {version: 3}}', '')).warnings.join('\n')
    expect(none).toContain('there is no lms')
    expect(none).toContain('there is no resultStore')
  })

  it.each([
    ['{user: hdfs}', 'SPEC_PIPELINE_USER'],
    ['{user: ann}', 'SPEC_PIPELINE_USER'],
    ['{python: {version: 2.6}}', 'SPEC_INVALID_VALUE'],
    ['{intervalStart: 2013-02-30}', 'SPEC_PIPELINE_DAY'],
    ["{logPattern: ['.*(']}", 'SPEC_PIPELINE_PATTERN'],
    ['{overrides: {retcode: {task_failed: 0}}}', 'SPEC_PIPELINE_RETCODE'],
    ["{overrides: {hive: {warehouse_path: 'hdfs://other/'}}}", 'SPEC_PIPELINE_DERIVED'],
    ['{root: hdfs://m1/pipeline}', 'SPEC_INVALID_VALUE'],
    ["{overrides: {videos: {note: '50%'}}}", 'SPEC_INVALID_VALUE'],
  ])('refuses %s', (text, code) => {
    const { codes, errors } = problemsOf(with_(text))
    expect(codes, JSON.stringify(errors.map(({ details }) => details))).toHaveLength(1)
    expect(codes[0]).toMatch(new RegExp(`^${code} 7:`))
  })

  it('refuses a user of the same name, and a Sqoop without Hive', () => {
    const users = `${with_('{user: edx, python: {version: 3}}')}users: [{name: edx, authorizedKeys: []}]\n`
    expect(problemsOf(users).codes.join()).toContain('SPEC_PIPELINE_USER')
    const apart = `name: x
hosts:
  - {name: m1, address: 10.0.0.1, roles: [namenode, resourcemanager]}
  - {name: h1, address: 10.0.0.4, roles: [hive-metastore, client]}
  - {name: s1, address: 10.0.0.2, roles: [sqoop]}
  - {name: w1, address: 10.0.0.3, roles: [worker]}
pipeline: {}
`
    expect(problemsOf(apart).codes.join()).toContain('SPEC_PIPELINE_COMMANDS')
    expect(problemsOf(apart.replace('[sqoop]', '[sqoop, client]')).codes).toEqual([])
  })

  it('warns of a pattern that is already escaped for override.cfg', () => {
    const text = with_("{python: {version: 3}, logPattern: ['.*-(?P<date>\\\\d{8})']}")
    expect(parse(text).warnings.join()).toContain('doubled backslash')
  })

  it('is explained with its values', () => {
    const cluster = parse(with_('{expandInterval: 3 days}'))
    expect(explainPath('pipeline.expandInterval', cluster)).toMatchObject({ value: '3 days' })
    expect(explainPath('pipeline.python.command', cluster)).toMatchObject({ value: '/usr/bin/python3' })
    expect(explainPath('pipeline.python.install', cluster)).toMatchObject({ value: 'false' })
    const own = parse(with_('{python: {version: 2.7, install: true}}'))
    expect(explainPath('pipeline.python.install', own)).toMatchObject({ value: 'true' })
    const source = parse(with_(`{${NEW}, source: {tarball: p.tgz, wheels: w}}`))
    expect(explainPath('pipeline.source.requirements', source).value).toContain('?requirements/pip.txt')
    expect(explainPath('pipeline.python.mirrors', own)).toMatchObject({
      value: expect.stringContaining('https://archive.debian.org'),
    })
  })
})
