import { describe, expect, it } from 'vitest'
import { LoginKey } from '../../../stacks/constructs/key-pair.ts'
import { Keys } from '../../../stacks/constructs/keys.ts'
import { synthesised } from '../support/template.ts'

interface Statement {
  readonly Sid: string
  readonly Principal: Readonly<Record<string, string>>
  readonly Action: string | readonly string[]
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string>>>>
}

const statements = (region: string): Statement[] => {
  const template = synthesised((scope) => new Keys(scope, 'keys', { name: 'insights', region }))
  return JSON.parse(String(template.only('aws_kms_key').policy)).Statement
}

describe("the deployment's key", () => {
  it('rotates, is deleted after thirty days, and has a name', () => {
    const template = synthesised(
      (scope) => new Keys(scope, 'keys', { name: 'insights', region: 'eu-west-1' }),
    )
    expect(template.only('aws_kms_key')).toMatchObject({
      enable_key_rotation: true,
      deletion_window_in_days: 30,
    })
    expect(template.only('aws_kms_alias').name).toBe('alias/howdah/insights')
  })

  it('is held by the account, and used by log groups and auto-scaling of the same account only', () => {
    const [account, logs, scaling] = statements('eu-west-1')
    const number = '${data.aws_caller_identity.account.account_id}'
    expect(account?.Principal.AWS).toBe(`arn:aws:iam::${number}:root`)
    expect(logs?.Principal).toEqual({ Service: 'logs.eu-west-1.amazonaws.com' })
    expect(logs?.Condition?.ArnLike?.['kms:EncryptionContext:aws:logs:arn']).toBe(
      `arn:aws:logs:eu-west-1:${number}:*`,
    )
    expect(scaling?.Action).toContain('kms:CreateGrant')
    expect(scaling?.Condition).toEqual({
      ArnLike: {
        'aws:PrincipalArn': ['autoscaling', 'spot'].map(
          (service) => `arn:aws:iam::${number}:role/aws-service-role/${service}.amazonaws.com/*`,
        ),
      },
      StringEquals: { 'kms:CallerAccount': number, 'kms:ViaService': 'ec2.eu-west-1.amazonaws.com' },
    })
  })

  it('gives no access by a bare star', () => {
    for (const { Principal, Condition } of statements('eu-west-1'))
      expect(Principal.AWS === '*' && Condition === undefined).toBe(false)
  })

  it('is not destroyed by mistake, since what it encrypts could never be read again', () => {
    const template = synthesised((scope) => new Keys(scope, 'keys', { name: 'a', region: 'eu-west-1' }))
    expect(template.only('aws_kms_key').lifecycle).toEqual({ prevent_destroy: true })
  })

  it('is an existing one where cluster.yml names it, by ARN or alias', () => {
    const arn = 'arn:aws:kms:eu-west-1:123456789012:key/0aa'
    const named = (keyId: string) => {
      let keyArn = ''
      const template = synthesised((scope) => {
        keyArn = new Keys(scope, 'keys', { name: 'a', region: 'eu-west-1', keyId }).references.keyArn
      })
      return { keyArn, template }
    }
    const byArn = named(arn)
    expect([byArn.keyArn, byArn.template.types()]).toEqual([arn, []])
    const { template } = named('alias/analytics')
    expect(template.types()).toEqual([])
    expect(Object.values(template.data('aws_kms_alias'))).toMatchObject([{ name: 'alias/analytics' }])
  })

  it('names the partition of the region', () => {
    expect(statements('cn-north-1')[0]?.Principal.AWS).toMatch(/^arn:aws-cn:iam::/)
    expect(statements('cn-north-1')[1]?.Principal.Service).toBe('logs.cn-north-1.amazonaws.com.cn')
  })
})

describe('the key pair', () => {
  const named = (keyPair: ConstructorParameters<typeof LoginKey>[2]) => {
    let name: string | undefined
    const template = synthesised((scope) => {
      name = new LoginKey(scope, 'login', keyPair).name
    })
    return { name, template }
  }

  it('is made of a public key, referred to when it exists, and absent for none', () => {
    const made = named({ kind: 'public-key', name: 'insights', publicKey: 'ssh-ed25519 AAAA operator' })
    expect(made.template.only('aws_key_pair')).toMatchObject({
      key_name: 'insights',
      public_key: 'ssh-ed25519 AAAA operator',
    })
    expect(made.name).toContain('TfToken')
    const there = named({ kind: 'existing', name: 'ours' })
    expect([there.name, there.template.types()]).toEqual(['ours', []])
    expect(named({ kind: 'none' }).name).toBeUndefined()
  })
})
