import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { stringify } from 'yaml'
import { labDown } from '../../../lab/index.ts'
import { expectExit, noLab, onHost } from '../support.ts'
import { HOSTS, install, pythonLab, tryInstall } from './python-lab.ts'
import { sampleRepository, sampleTarball, sampleWheels } from './sample-pipeline.ts'

const LAB = 'source'
const OURS =
  /^(fact|archive|action):pipeline-|python2\.7|:user:hadoop|^user:hadoop|howdah\/pipeline|analytics-tasks/
const PLACE = '/var/lib/analytics-tasks/automation'
const pip = spawnSync('python3', ['-m', 'pip', '--version'], { stdio: 'ignore' }).status === 0
const skip = noLab() ?? (pip ? undefined : 'needs pip (apt-get install python3-pip)')

describe.skipIf(skip)(`the pipeline itself${skip ? ` (skipped: ${skip})` : ''}`, () => {
  const dir = mkdtempSync(join(tmpdir(), 'howdah-source-lab-'))
  const bundle = join(dir, 'bundle.tar')
  let python: Record<string, unknown> = {}
  let wheels = ''

  const spec = (source: object) => ({
    ...python,
    pipeline: { ...(python.pipeline as object), source: { wheels, ...source } },
  })
  const git = (ref: string) => spec({ git: join(dir, 'repository'), ref })

  beforeAll(async () => {
    const lab = await pythonLab(LAB, dir)
    python = lab.spec
    wheels = await sampleWheels(dir)
    await sampleRepository(join(dir, 'repository'), ['1.0', '2.0'])
    // A bootstrap has made Hadoop's group before. The operator installs the compiler.
    await Promise.all(HOSTS.map((host) => onHost(LAB, host, 'groupadd hadoop')))
    await onHost(
      LAB,
      'm1',
      'export DEBIAN_FRONTEND=noninteractive; apt-get -qq update; apt-get -qq -y install --no-install-recommends gcc libc6-dev >/dev/null',
    )
    vi.stubEnv('HOWDAH_CACHE', join(dir, 'cache'))
    const file = join(dir, 'cluster.yml')
    await writeFile(file, stringify(git('1.0')))
    await expectExit(0, ['artifacts', 'bundle', '--out', bundle, file])
    await lab.closeMirror()
  })
  afterAll(async () => {
    vi.unstubAllEnvs()
    await labDown(LAB)
    rmSync(dir, { recursive: true, force: true })
  })

  /** Runs a command like a job of the schedule. */
  const launch = (place = PLACE) =>
    onHost(
      LAB,
      'm1',
      `runuser -u hadoop -- sh -c 'cd ${place}/repo && . ${place}/venv/bin/activate && launch-task'`,
    )
  const link = () => onHost(LAB, 'm1', `readlink ${PLACE}`)

  it('is installed only on the master, from a bundle, and a second run changes nothing', async () => {
    const steps = await install(git('1.0'), { dir, bundle, ours: OURS })
    expect(steps.filter((ref) => /source|virtualenv|automation|pins/.test(ref))).toEqual([
      'm1!action:pipeline-virtualenv',
      'm1!archive:pipeline-source',
      'm1!file:/usr/local/lib/howdah/pipeline/make-virtualenv',
      'm1!file:/usr/local/lib/howdah/pipeline/pins.sed',
      `m1!symlink:${PLACE}`,
    ])
    expect(await install(git('1.0'), { dir, bundle, ours: OURS })).toEqual([])
  })

  it('runs as the account of tasks, with replacements for pins that no longer exist, and may write in its checkout', async () => {
    expect(await launch()).toBe('1.0 key task 42 8.0.23')
    const site = `${PLACE}/venv/lib/python2.7/site-packages`
    const found = await onHost(
      LAB,
      'm1',
      `runuser -u hadoop -- touch ${PLACE}/repo/edx_analytics.log; ${PLACE}/venv/bin/python -m pip list --format=freeze 2>/dev/null; find ${site}/ -name metadata.json | grep -c sample_`,
    )
    expect(found).toContain('wheel==0.30.0')
    expect(found).not.toMatch(/snowflake|psycopg2/)
    // Without this file distlib does not find a package, and its entry points are not sent to the workers.
    expect(found.split('\n').at(-1)).toBe('4')
  })

  it('has compiled modules that the workers load', async () => {
    const so = await onHost(
      LAB,
      'm1',
      `base64 -w0 ${PLACE}/venv/lib/python2.7/site-packages/sample_native*.so`,
    )
    const said = await onHost(
      LAB,
      'w1',
      `cd /tmp && echo ${so} | base64 -d >sample_native.so && /opt/python/2.7/bin/python2.7 -c 'import sample_native; print sample_native.twice(4)'`,
    )
    expect(said).toBe('8')
  })

  it('installs another ref beside the old one, and the link exists at each moment', async () => {
    const old = await link()
    const watch = onHost(
      LAB,
      'm1',
      `bad=0; until [ -e /run/stop-watching ]; do [ -x ${PLACE}/venv/bin/launch-task ] || bad=$((bad + 1)); sleep 0.01; done; echo "$bad"`,
    )
    const steps = await install(git('2.0'), { dir, ours: OURS })
    await onHost(LAB, 'm1', 'touch /run/stop-watching')
    expect(await watch).toBe('0')
    expect(steps).toEqual([
      'm1!action:pipeline-virtualenv',
      'm1!archive:pipeline-source',
      `m1!symlink:${PLACE}`,
    ])
    expect(await launch()).toMatch(/^2\.0 /)
    expect(await link()).not.toBe(old)
    expect(await launch(old)).toMatch(/^1\.0 /)
    expect(await install(git('2.0'), { dir, ours: OURS })).toEqual([])
    // Back to the first ref, which is still installed.
    expect(await install(git('1.0'), { dir, ours: OURS })).toEqual([`m1!symlink:${PLACE}`])
    expect(await link()).toBe(old)
  })

  it('names a package that the wheelhouse lacks, and does not change the link', async () => {
    const old = await link()
    const tarball = await sampleTarball(dir, '3.0', 'sample-missing==7.1')
    const { failures } = await tryInstall(spec({ tarball }), { dir, ours: OURS })
    expect(failures).toHaveLength(1)
    expect(failures[0]).toContain('No matching distribution found for sample-missing==7.1')
    expect(failures[0]).toContain('the wheelhouse of the pipeline lacks a package')
    expect(await link()).toBe(old)
    expect(await launch()).toMatch(/^1\.0 /)
    const good = await sampleTarball(dir, '3.0', '')
    await install(spec({ tarball: good }), { dir, ours: OURS })
    expect(await launch()).toBe('3.0 key task 42 8.0.23')
  })
})
