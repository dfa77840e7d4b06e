import { describe, expect, it } from 'vitest'
import {
  allowBoth,
  type Connect,
  checkTwoPasswords,
  loginWorks,
  withdraw,
} from '../../../provisioners/mysql/index.ts'
import type { StoreAudit } from '../../../provisioners/operations/store/audit.ts'
import { Secret } from '../../../provisioners/secret.ts'

export interface RotationStage {
  readonly connect: Connect
  readonly admin: { readonly user: string; readonly password: Secret }
  audit(): Promise<StoreAudit>
  /** The present password of `api`. */
  readonly password: Secret
}

/** Runs on a running server. Leaves the account with its password. */
export function rotationCases({ connect, admin, audit, password }: RotationStage): void {
  describe('a password that changes', () => {
    const access = { target: 'sql:rs1', connect, admin, user: 'api' }
    const next = new Secret(`n'e"w\\ %s \${x}`, 'next')
    const third = new Secret('third', 'third')
    const works = (secret: Secret) => loginWorks(connect, { user: 'api', password: secret })
    const twice = async () =>
      (await audit()).accounts
        .filter(({ problem }) => problem === 'two passwords')
        .map(({ account }) => account)

    it('is valid at every moment, in its old or its new form', async () => {
      await checkTwoPasswords(access)
      let held = password
      let stop = false
      const seen = { ok: 0, refused: 0 }
      const client = (async () => {
        while (!stop) seen[(await works(held)) ? 'ok' : 'refused'] += 1
      })()
      expect(await allowBoth(access, password, next)).toBe(true)
      expect([await works(password), await works(next)]).toEqual([true, true])
      expect(await twice()).toEqual(['api@%'])
      // Run again, as after a kill, it does not change them.
      expect(await allowBoth(access, password, next)).toBe(false)
      held = next
      // The client has logged in with the old password.
      const before = seen.ok
      while (seen.ok < before + 2) await new Promise((done) => setImmediate(done))
      await withdraw(access, password, next)
      expect([await works(password), await works(next)]).toEqual([false, true])
      expect(await twice()).toEqual([])
      stop = true
      await client
      expect(seen.refused).toBe(0)
      expect(seen.ok).toBeGreaterThan(5)
    })

    it('is not accepted again after two rotations', async () => {
      await allowBoth(access, next, third)
      expect([await works(password), await works(next), await works(third)]).toEqual([false, true, true])
      await withdraw(access, next, third)
      await withdraw(access, next, third)
      expect([await works(next), await works(third)]).toEqual([false, true])
      await allowBoth(access, third, password)
      await withdraw(access, third, password)
      expect(await works(password)).toBe(true)
    })

    it('what cannot be rotated is named, without any password', async () => {
      await expect(checkTwoPasswords({ ...access, user: 'nobody-here' })).rejects.toMatchObject({
        code: 'ROTATE_NO_ACCOUNT',
      })
      const weak = { ...access, admin: { user: 'api', password } }
      await expect(allowBoth(weak, password, next)).rejects.toSatisfy((error: Error) => {
        expect(error).toMatchObject({ code: 'STORE_REFUSED' })
        expect(String(error)).not.toContain(next.reveal())
        return true
      })
    })
  })
}
