import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { execa } from 'execa'
import { scratch } from './support.ts'

/** One member of an ar archive. */
function member(name: string, content: Buffer): Buffer {
  const header = [
    name.padEnd(16),
    '0'.padEnd(12),
    '0'.padEnd(6),
    '0'.padEnd(6),
    '100644'.padEnd(8),
    String(content.length).padEnd(10),
    '`\n',
  ]
  return Buffer.concat([Buffer.from(header.join('')), content, Buffer.from(content.length % 2 ? '\n' : '')])
}

/** A Debian package with these files (a text, or `-> target` for a link), as dpkg-deb writes it. */
export async function aDeb(
  files: Readonly<Record<string, string>>,
  compression: 'xz' | 'gz' = 'xz',
): Promise<Buffer> {
  const tree = await scratch()
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(tree, path)), { recursive: true })
    const target = /^-> (.*)$/.exec(content)?.[1]
    if (target === undefined) await writeFile(join(tree, path), content, { mode: 0o755 })
    else await execa('ln', ['-s', target, join(tree, path)])
  }
  const data = join(await scratch(), 'data.tar')
  await execa('tar', [compression === 'xz' ? '-cJf' : '-czf', data, '-C', tree, '.'])
  return Buffer.concat([
    Buffer.from('!<arch>\n'),
    member('debian-binary', Buffer.from('2.0\n')),
    member('control.tar.xz', Buffer.from('odd')),
    member(`data.tar.${compression}`, await readFile(data)),
  ])
}
