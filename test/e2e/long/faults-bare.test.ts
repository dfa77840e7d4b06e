import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { labBoot, labKill } from '../../../lab/index.ts'
import { bootstrapWith } from '../faults/run.ts'
import { addRow } from '../faults/table.ts'
import { bareLab, SERVED_HOSTS as HOSTS, SERVED_LAB as LAB } from '../served.ts'
import { expectExit, howdah, noLab, onHost, planOf } from '../support.ts'

const skip = noLab()

/** Files that only a run in the middle of its work has. */
const STRAY = `
  ls /run/howdah 2>/dev/null | grep -E '^(apply|stop)' || :
  ls -d /run/howdah-* 2>/dev/null || :
  find /etc /opt /usr/local /var/lib/howdah /data -xdev \\( -name '*.howdah-new*' -o -name '.howdah*.part' -o -name '*.unpacking*' \\) 2>/dev/null || :
`

/** A first bootstrap whose hosts lose power in the middle of the steps that would hurt most. The tests run in order. */
describe.skipIf(skip)(`faults in a first bootstrap${skip ? ` (skipped: ${skip})` : ''}`, () => {
  let file = ''

  beforeAll(async () => {
    file = await bareLab()
  })
  afterAll(async () => {
    await howdah(['lab', 'down', '--name', LAB])
  })

  /** The host loses power inside the step; the lab boots it again after the run. */
  async function powerCut(host: string, inside: string, exits: readonly string[]): Promise<void> {
    const { steps } = await planOf(file)
    expect(steps.map(({ ref }) => ref)).toContain(inside)
    const first = await bootstrapWith(file, { inside }, () => labKill(LAB, host))
    await labBoot(LAB, host)
    const after = (await planOf(file)).steps
    await addRow({
      ...{ moment: `inside ${inside}`, hit: `power of ${host} cut`, first: first.end },
      ...{ steps: after.length, second: 0, seconds: 0 },
    })
    expect(first.struck).toBe(true)
    expect(exits, first.err.slice(-2000)).toContain(first.end)
    expect(after.length).toBeGreaterThan(0)
  }

  it('power cut while Hadoop is unpacked', async () => {
    await powerCut('w1', 'w1!archive:hadoop', ['exit 15'])
  })

  it('power cut while passwords are set', async () => {
    const { steps } = await planOf(file)
    const user = steps.find(({ ref }) => /^sql:.*user/.test(ref) && ref.includes('rs1'))
    expect(user).toBeDefined()
    await powerCut('rs1', user?.ref ?? '', ['exit 15'])
  })

  it('power cut while the NameNode is formatted', async () => {
    await powerCut('m1', 'm1!action:hdfs-format', ['exit 14', 'exit 15', 'exit 16'])
  })

  it('power cut while the schema of the metastore is made', async () => {
    const { steps } = await planOf(file)
    const schema = steps.find(({ ref }) => /^m1!action:.*schema/.test(ref))
    await powerCut('m1', schema?.ref ?? '', ['exit 14', 'exit 15', 'exit 16'])
  })

  it('the next run ends as an unbroken one: one format, nothing stray, every daemon answers', async () => {
    await expectExit(0, ['bootstrap', '--yes', '--verify', 'quick', '--lock-wait', '90', file])
    expect((await planOf(file)).steps).toEqual([])
    expect(await Promise.all(HOSTS.map((host) => onHost(LAB, host, STRAY)))).toEqual(HOSTS.map(() => ''))
    const id = "grep -h ^clusterID $(find /data -path '*/current/VERSION') | sort -u | wc -l"
    for (const host of ['m1', 'w1', 'w2']) expect(await onHost(LAB, host, id)).toBe('1')
    await expectExit(0, ['bootstrap', '--yes', '--verify', 'none', file])
  })
})
