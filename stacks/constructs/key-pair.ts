import type { InfrastructureKeyPair } from '../../provisioners/config/infrastructure/types.ts'
import { Construct, KeyPair } from '../tf.ts'

/** The key pair for the first login to servers. Only public keys are used: a private key would be in the state. */
export class LoginKey extends Construct {
  /** Absent: you reach hosts through Session Manager only. */
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
