import type { InfrastructureKeyPair } from '../../provisioners/config/infrastructure/types.ts'
import { Construct, KeyPair } from '../tf.ts'

/** The key pair that servers admit at their first login. Only public keys come here: a private one would lie in the state. */
export class LoginKey extends Construct {
  /** Absent: hosts are reached through Session Manager only. */
  readonly name?: string

  constructor(scope: Construct, id: string, keyPair: InfrastructureKeyPair) {
    super(scope, id)
    if (keyPair.kind === 'existing') this.name = keyPair.name
    if (keyPair.kind === 'public-key')
      this.name = new KeyPair(this, 'pair', {
        keyName: keyPair.name,
        publicKey: keyPair.publicKey,
        tags: { Name: keyPair.name },
      }).keyName
  }
}
