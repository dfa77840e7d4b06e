import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  dataVolumesScript,
  deviceName,
  escapeForTerraform,
  MOST_DATA_VOLUMES,
} from '../../../stacks/constructs/servers/data-volumes.ts'

// The real blkid, mkfs.ext4, cmp and awk on image files; only mount and mountpoint are stand-ins.
let root: string
const PATH = '/usr/sbin:/usr/bin:/sbin:/bin'

const command = (name: string, text: string): void => {
  const file = join(root, 'bin', name)
  writeFileSync(file, `#!/bin/sh\n${text}\n`)
  chmodSync(file, 0o755)
}

const disk = (volume: string, megabytes = 16): string => {
  const file = join(root, 'dev/disk/by-id', `nvme-Amazon_Elastic_Block_Store_${volume.replace('-', '')}`)
  execFileSync('truncate', ['-s', `${megabytes}M`, file])
  return file
}

const run = (volumes: Parameters<typeof dataVolumesScript>[0], args: readonly string[] = []) => {
  const { status, stdout, stderr } = spawnSync('sh', ['-s', '--', ...args], {
    input: dataVolumesScript(volumes),
    encoding: 'utf8',
    timeout: 20_000,
    env: { PATH: `${join(root, 'bin')}:${PATH}`, HOWDAH_ROOT: root, HOWDAH_WAIT: '0' },
  })
  return { exit: status, stdout, stderr }
}

const fstab = (): string => readFileSync(join(root, 'etc/fstab'), 'utf8')
const mounted = (): string[] =>
  existsSync(join(root, 'mounted')) ? readFileSync(join(root, 'mounted'), 'utf8').trim().split('\n') : []
const uuidOf = (file: string): string =>
  execFileSync('blkid', ['-p', '-s', 'UUID', '-o', 'value', file], { encoding: 'utf8', env: { PATH } }).trim()

const first = { directory: '/data/1', volumeId: 'vol-0aaa', device: '/dev/sdf' }
const second = { directory: '/data/2', volumeId: 'vol-0bbb', device: '/dev/sdg' }

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'howdah-volumes-'))
  for (const dir of ['bin', 'etc', 'dev/disk/by-id']) mkdirSync(join(root, dir), { recursive: true })
  writeFileSync(join(root, 'etc/fstab'), 'UUID=root / ext4 defaults 0 1\n')
  command('mountpoint', `grep -qx "$2" ${root}/mounted 2>/dev/null`)
  command('mount', `echo "$1" >> ${root}/mounted`)
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

describe('the mount script', () => {
  it('formats blank volumes, mounts them by UUID, and a missing one stops no boot', () => {
    const [one, two] = [disk('vol-0aaa'), disk('vol-0bbb')]
    expect(run([first, second])).toMatchObject({ exit: 0, stderr: '' })
    expect(mounted()).toEqual([join(root, '/data/1'), join(root, '/data/2')])
    const lines = fstab().trim().split('\n')
    expect(lines[0]).toBe('UUID=root / ext4 defaults 0 1')
    expect(lines[1]).toMatch(new RegExp(`^UUID=${uuidOf(one)} /data/1 ext4 \\S*\\bnofail\\b`))
    expect(lines[2]).toMatch(new RegExp(`^UUID=${uuidOf(two)} /data/2 ext4 `))
    expect(lines).toHaveLength(3)
  })

  it('changes nothing when run again, before and after a boot that mounted', () => {
    const one = disk('vol-0aaa')
    run([first])
    const [before, uuid] = [fstab(), uuidOf(one)]
    expect(run([first]).exit).toBe(0)
    rmSync(join(root, 'mounted'))
    expect(run([first]).exit).toBe(0)
    expect([fstab(), uuidOf(one)]).toEqual([before, uuid])
  })

  it('mounts what an earlier host has formatted, and keeps what is on it', () => {
    const one = disk('vol-0aaa')
    execFileSync('mkfs.ext4', ['-q', '-L', 'kept', one], { env: { PATH } })
    const uuid = uuidOf(one)
    expect(run([first]).exit).toBe(0)
    expect(uuidOf(one)).toBe(uuid)
    expect(fstab()).toContain(`UUID=${uuid} /data/1 ext4`)
  })

  it.each([
    ['bytes that no tool knows', (file: string) => writeFileSync(file, 'precious', { flag: 'r+' })],
    [
      'a swap area',
      (file: string) => execFileSync('mkswap', ['-q', file], { env: { PATH }, stdio: 'ignore' }),
    ],
    [
      'a partition table',
      (file: string) => {
        const sector = Buffer.alloc(512)
        // One partition of 2,048 sectors, and the mark of a boot record.
        sector.set([0x80, 0, 2, 0, 0x83, 0, 2, 0, 0, 8, 0, 0, 0, 8, 0, 0], 446)
        sector.set([0x55, 0xaa], 510)
        writeFileSync(file, sector, { flag: 'r+' })
      },
    ],
  ])('never formats %s, and continues with the next volume', (_, fill) => {
    const one = disk('vol-0aaa')
    disk('vol-0bbb')
    fill(one)
    const before = readFileSync(one)
    const { exit, stderr } = run([first, second])
    expect(exit).toBe(1)
    expect(stderr).toContain('REFUSED: vol-0aaa holds')
    expect(readFileSync(one).equals(before)).toBe(true)
    expect(mounted()).toEqual([join(root, '/data/2')])
  })

  it('never formats a volume that can not be read, though blkid calls it blank', () => {
    disk('vol-0aaa')
    command('cmp', 'exit 2')
    command('mkfs.ext4', `touch ${root}/formatted`)
    expect(run([first]).exit).toBe(1)
    expect(existsSync(join(root, 'formatted'))).toBe(false)
  })

  it('never formats a volume with a signature at its end, such as a member of a RAID', () => {
    disk('vol-0aaa')
    command('blkid', 'echo linux_raid_member')
    command('mkfs.ext4', `touch ${root}/formatted`)
    expect(run([first]).stderr).toContain("holds 'linux_raid_member'")
    expect(existsSync(join(root, 'formatted'))).toBe(false)
  })

  it('hides no files under a mount, and takes no place that fstab gives to another', () => {
    disk('vol-0aaa')
    disk('vol-0bbb')
    mkdirSync(join(root, 'data/1'), { recursive: true })
    writeFileSync(join(root, 'data/1/block'), 'x')
    writeFileSync(join(root, 'etc/fstab'), 'UUID=other /data/2 ext4 defaults 0 2\n')
    const { exit, stderr } = run([first, second])
    expect(exit).toBe(1)
    expect(stderr).toContain('/data/1 is not empty')
    expect(stderr).toContain('/etc/fstab mounts UUID=other at /data/2')
    expect(mounted()).toEqual([])
  })

  it('says which volume did not appear, and finds one by its name on Xen hosts', () => {
    writeFileSync(join(root, 'dev/xvdg'), '')
    execFileSync('truncate', ['-s', '16M', join(root, 'dev/xvdg')])
    const { exit, stderr } = run([first, second])
    expect(exit).toBe(1)
    expect(stderr).toContain('REFUSED: vol-0aaa did not appear within 0 s')
    expect(mounted()).toEqual([join(root, '/data/2')])
  })

  it('takes a volume that was attached later as its argument', () => {
    disk('vol-0ccc')
    expect(run([first], ['/data/3 vol-0ccc /dev/sdh']).exit).toBe(0)
    expect(mounted()).toEqual([join(root, '/data/3')])
  })
})

describe('its text in Terraform', () => {
  it('keeps references to volume ids and nothing else that Terraform would read as its own', () => {
    const text = dataVolumesScript([{ ...first, volumeId: '${aws_ebs_volume.one.id}' }])
    expect(text.match(/(?<!\$)\$\{[^}]*\}/g)).toEqual(['${aws_ebs_volume.one.id}'])
    expect(text).not.toMatch(/(?<!%)%\{/)
    expect(text.startsWith('#!/bin/sh\n')).toBe(true)
  })

  it('is what the host gets once Terraform has read it', () => {
    expect(escapeForTerraform('${a:-b} $a %{c} %d')).toBe('$${a:-b} $a %%{c} %d')
  })

  it('names eleven devices and refuses a twelfth', () => {
    expect(deviceName(0)).toBe('/dev/sdf')
    expect(deviceName(MOST_DATA_VOLUMES - 1)).toBe('/dev/sdp')
    expect(() => deviceName(MOST_DATA_VOLUMES)).toThrow(RangeError)
  })
})
