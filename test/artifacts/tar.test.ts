import { chmod, mkdir, readFile, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import { expect, test } from 'vitest'
import { packTree } from '../../provisioners/artifacts/tar.ts'
import { digest, scratch } from './support.ts'

const entries = [
  ['b/z.jar', 'z', 0o644],
  ['b/a.jar', 'a', 0o640],
  ['a/run', 'run', 0o775],
] as const

async function pack(order: readonly (typeof entries)[number][], time: number, content = ''): Promise<string> {
  const dir = await scratch()
  for (const [name, text, mode] of order) {
    const file = join(dir, 'root', name)
    await mkdir(join(file, '..'), { recursive: true })
    await writeFile(file, text + content)
    await chmod(file, mode)
    await utimes(file, time, time)
  }
  const file = join(dir, 'root.tar.gz')
  await packTree(dir, 'root', file)
  return file
}

test('the same tree gives the same bytes, whatever the order and the times', async () => {
  const one = await readFile(await pack(entries, 1000))
  const two = await readFile(await pack([...entries].reverse(), 999_999))
  expect(digest(two)).toBe(digest(one))
  const other = await readFile(await pack(entries, 1000, '!'))
  expect(digest(other), 'other content gives other bytes').not.toBe(digest(one))
})

test('options from the environment are ignored', async () => {
  const plain = await readFile(await pack(entries, 1000))
  process.env.GZIP = '-9 --name'
  process.env.TAR_OPTIONS = '--owner=daemon'
  try {
    expect(digest(await readFile(await pack(entries, 1000)))).toBe(digest(plain))
  } finally {
    delete process.env.GZIP
    delete process.env.TAR_OPTIONS
  }
})

test('owner 0, sorted names, modes that anyone can read and only the owner can write', async () => {
  const { stdout } = await execa('tar', ['--numeric-owner', '-tvzf', await pack(entries, 1000)], {
    env: { TZ: 'UTC' },
  })
  const lines = stdout.split('\n').map((line) => line.split(/\s+/))
  expect(lines.map((words) => words.at(-1))).toEqual([
    'root/',
    'root/a/',
    'root/a/run',
    'root/b/',
    'root/b/a.jar',
    'root/b/z.jar',
  ])
  expect(new Set(lines.map((words) => words[1]))).toEqual(new Set(['0/0']))
  expect(lines.map((words) => words[0])).toEqual([
    'drwxr-xr-x',
    'drwxr-xr-x',
    '-rwxr-xr-x',
    'drwxr-xr-x',
    '-rw-r--r--',
    '-rw-r--r--',
  ])
  expect(stdout).toContain('2020-01-01 00:00')
})
