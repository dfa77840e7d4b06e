import { describe, expect, test } from 'vitest'
import { parseChecksum } from '../../provisioners/artifacts/fetch/checksum.ts'
import { digest } from './support.ts'

const name = 'hadoop-3.4.2.tar.gz'
const hash = digest('the tarball')
const groups = hash.toUpperCase().match(/.{8}/g) ?? []
const wrapped = [0, 4, 8, 12].map((at) => groups.slice(at, at + 4).join(' ')).join('\n                     ')

describe('parseChecksum reads each style in use', () => {
  test.each([
    ['hash and file', `${hash}  ${name}\n`],
    ['binary mark', `${hash} *${name}\n`],
    ['a path before the name', `${hash}  target/dist/${name}\r\n`],
    ['the hash alone', `${hash}\n`],
    ['BSD with spaces', `SHA512 (${name}) = ${hash}\n`],
    ['BSD as Hadoop writes it', `SHA512(${name})= ${hash}\n`],
    ['gpg --print-md', `${name}: ${wrapped}\n`],
    ['gpg --print-md with the name of the hash', `${name}:\nSHA512 = ${wrapped}\n`],
    ['one of several files', `${digest('other')}  other.tar.gz\n${hash}  ${name}\n`],
  ])('%s', (_style, text) => {
    expect(parseChecksum(text, name, 'sha512')).toEqual({ algorithm: 'sha512', hex: hash })
  })

  test.each([
    ['nothing', ''],
    ['another file', `${hash}  hadoop-3.4.1.tar.gz\n`],
    ['another file, BSD', `SHA512 (hadoop-3.4.1.tar.gz) = ${hash}\n`],
    ['a shorter hash', `${hash.slice(0, 64)}  ${name}\n`],
    ['another algorithm', `SHA256 (${name}) = ${hash}\n`],
    ['a page', '<html><body>Not Found</body></html>'],
    ['half of a wrapped hash', `${name}: ${groups.slice(0, 6).join(' ')}\n`],
  ])('refuses %s', (_style, text) => {
    expect(parseChecksum(text, name, 'sha512')).toBeUndefined()
  })

  test('SHA-256, as Hive publishes it', () => {
    const sha256 = digest('the tarball', 'sha256')
    expect(
      parseChecksum(`${sha256}  apache-hive-3.1.3-bin.tar.gz`, 'apache-hive-3.1.3-bin.tar.gz', 'sha256'),
    ).toEqual({
      algorithm: 'sha256',
      hex: sha256,
    })
  })
})
