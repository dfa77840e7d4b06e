import { createHash } from 'node:crypto'
import { rootCertificates } from 'node:tls'
import { expect, it } from 'vitest'
import { certificatesOf, trustStore } from '../../lab/software/truststore.ts'

const [first = '', second = ''] = rootCertificates

it('takes each certificate of a bundle once, in an order that does not depend on the bundle', () => {
  const forward = certificatesOf(`# a remark\n${first}\n${second}\n${first}\n`)
  expect(forward).toHaveLength(2)
  expect(certificatesOf(`${second}\n${first}`)).toEqual(forward)
  expect(certificatesOf('')).toEqual([])
})

it('writes the same bytes for the same certificates, closed by the digest that Java checks', () => {
  const certificates = certificatesOf(`${first}\n${second}`)
  const store = trustStore(certificates)
  expect(store).toEqual(trustStore(certificates))
  expect(store.subarray(0, 12).toString('hex')).toBe('feedfeed0000000200000002')
  for (const certificate of certificates) expect(store.includes(certificate)).toBe(true)
  const password = Buffer.from([...'changeit'].flatMap((letter) => [0, letter.charCodeAt(0)]))
  const digest = createHash('sha1').update(password).update('Mighty Aphrodite').update(store.subarray(0, -20))
  expect(store.subarray(-20)).toEqual(digest.digest())
})
