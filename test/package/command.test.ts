import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, inject, it } from 'vitest'
import { startServer } from '../transport/support/server.ts'
import { freshDir, howdah, ROOT } from './support/installed.ts'

const prefix = inject('prefix')
const installed = join(prefix, 'lib/node_modules/howdah')
const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))
const run = (args: readonly string[], cwd = freshDir()) => howdah(prefix, cwd, args)

const filesBelow = (dir: string): string[] =>
  readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(dir.length + 1))

describe('what is installed', () => {
  const files = filesBelow(installed)

  it('holds no sources, no tests and no other packages', () => {
    expect(files.filter((file) => /\.ts$/.test(file))).toEqual(['dist/index.d.ts'])
    expect(files.filter((file) => /node_modules|(^|\/)test\//.test(file))).toEqual([])
  })

  it.each(['hadoop-templates', 'provisioners', 'stacks', 'lab'])(
    'holds every file of %s other than code',
    (room) => {
      const wanted = filesBelow(join(ROOT, room)).filter((file) => !file.endsWith('.ts'))
      const found = existsSync(join(installed, 'dist/files', room))
        ? filesBelow(join(installed, 'dist/files', room))
        : []
      expect(found.sort()).toEqual(wanted.sort())
    },
  )

  it('holds the licences of what is bundled', () => {
    const text = readFileSync(join(installed, 'dist/LICENSES.txt'), 'utf8')
    for (const name of ['ssh2', 'mysql2', 'zod', 'handlebars', 'commander'])
      expect(text).toMatch(new RegExp(`^${name} \\d`, 'm'))
    // These packages name their licence in package.json and hold no text of it.
    expect(text.match(/^\S+(?= .*\n\nThe package holds no text)/gm)).toEqual([
      '@bomb.sh/tab',
      '@nodable/entities',
      'shell-escape',
    ])
  })
})

describe('the installed command', () => {
  it('says its version, which is that of package.json', async () => {
    expect(await run(['--version'])).toEqual({ code: 0, stdout: `${manifest.version}\n`, stderr: '' })
  })

  it('shows its help', async () => {
    const { code, stdout, stderr } = await run(['--help'])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toContain('bootstrap')
  })

  it('makes a cluster.yml, and finds it valid', async () => {
    const cwd = freshDir()
    const made = await run(['init', '--user', 'ops', '10.0.0.11', '10.0.0.12', '10.0.0.13'], cwd)
    expect(made).toMatchObject({ code: 0, stderr: '' })
    writeFileSync(join(cwd, 'cluster.yml'), made.stdout)
    const { code, stdout } = await run(['validate'], cwd)
    expect(code).toBe(0)
    expect(stdout).toContain('3 hosts')
    expect(stdout).toContain(': valid')
  })

  it('says so when there is no cluster.yml', async () => {
    const { code, stderr } = await run(['plan'])
    expect(code).toBe(10)
    expect(stderr).toContain('cluster.yml')
    expect(stderr).not.toContain('a bug of Howdah')
  })

  it('loads every verb', async () => {
    // A verb whose code needs what the package lacks fails at the import, before its own error.
    const verbs = ['bootstrap', 'verify', 'status', 'users plan', 'logs plan', 'apps plan', 'schedule plan']
    const more = [
      'pipeline check',
      'store audit',
      'store rotate',
      'store backup --out dump',
      'lock status',
      'inventory',
    ]
    for (const verb of [...verbs, ...more]) {
      const { code, stderr } = await run([...verb.split(' '), '--json'])
      expect(`${verb}: ${stderr}`).not.toMatch(/a bug of Howdah|ERR_MODULE|is not defined/)
      expect(code, verb).not.toBe(0)
    }
  })
})

/** A cluster of this machine alone, reached by the test's SSH server; its software is empty files. */
function clusterOn(port: number, cwd: string, hostKey?: string): void {
  const tarball = 'nothing'
  const sha256 = createHash('sha256').update(tarball).digest('hex')
  writeFileSync(join(cwd, 'h.tgz'), tarball)
  writeFileSync(join(cwd, 'password'), 'secret', { mode: 0o600 })
  writeFileSync(join(cwd, 'known_hosts'), hostKey ? `[127.0.0.1]:${port} ${hostKey}\n` : '')
  const file = `{url: h.tgz, sha256: ${sha256}}`
  writeFileSync(
    join(cwd, 'cluster.yml'),
    `name: tiny
hosts:
  - {name: m1, address: 127.0.0.1, roles: [master, worker]}
ssh: {user: root, port: ${port}, password: {file: password}, agent: false, config: false, knownHosts: [known_hosts]}
java: {jdks: {8: {package: openjdk-8-jdk-headless}}}
artifacts: {provider: file, files: {hadoop: ${file}, hive: ${file}, sqoop: ${file}, extras: ${file}}}
`,
  )
}

describe('SSH, without the native parts of ssh2', () => {
  it('refuses a host that it does not know', async () => {
    const server = await startServer()
    try {
      const cwd = freshDir()
      clusterOn(server.port, cwd)
      const { code, stderr } = await run(['plan'], cwd)
      expect(stderr).toContain('SSH_HOST_KEY_UNKNOWN')
      expect(code).toBe(12)
    } finally {
      await server.stop()
    }
  })

  it('plans a whole cluster over a connection, with every template of its configuration', async () => {
    const server = await startServer()
    try {
      const cwd = freshDir()
      clusterOn(server.port, cwd, server.publicKey)
      const { stdout, stderr } = await run(['plan', '--json'], cwd)
      expect(stderr).not.toContain('error')
      const titles = JSON.stringify(JSON.parse(stdout))
      expect(titles).toContain('/etc/hadoop/conf/core-site.xml')
      expect(titles).toContain('/etc/hive/conf/hive-site.xml')
    } finally {
      await server.stop()
    }
  })
})

describe('the AWS part', () => {
  const infrastructure = () => {
    const cwd = freshDir()
    writeFileSync(join(cwd, 'cluster.yml'), readFileSync(join(ROOT, 'examples/aws-small-emr.yml')))
    writeFileSync(join(cwd, 'operator.pub'), readFileSync(join(ROOT, 'examples/operator.pub')))
    return cwd
  }
  const command = `npm install --global --prefix ${prefix} ${Object.entries<string>(manifest.peerDependencies)
    .map(([name, version]) => `${name}@${version}`)
    .join(' ')}`

  it.each(['synth', 'apply', 'stacks plan', 'stacks list', 'destroy --stacks'])(
    '%s asks for it by name, with the command that installs it',
    async (verb) => {
      const { code, stdout } = await run([...verb.split(' '), '--json'], infrastructure())
      expect(code).toBe(13)
      expect(JSON.parse(stdout)).toMatchObject({ errors: [{ code: 'AWS_PART_MISSING', next: command }] })
    },
  )

  it('is found where that command puts it', async () => {
    // What the command does, from the checkout's packages: beside Howdah, in the same prefix.
    const modules = join(prefix, 'lib/node_modules')
    mkdirSync(join(modules, '@cdktf'), { recursive: true })
    for (const name of Object.keys(manifest.peerDependencies))
      symlinkSync(join(ROOT, 'node_modules', name), join(modules, name))
    const cwd = infrastructure()
    const { code, stderr } = await run(['synth'], cwd)
    // Node.js 22 warns of a name that CDKTF uses (DEP0044).
    expect(`${code} ${stderr.replace(/^\(.*(DEP0044|trace-deprecation).*\n/gm, '')}`).toBe('0 ')
    expect(filesBelow(join(cwd, 'cdktf.out')).some((file) => file.endsWith('cdk.tf.json'))).toBe(true)
  })
})
