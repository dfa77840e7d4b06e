import type {
  BucketReferences,
  KeyReferences,
  NetworkReferences,
} from '../../../stacks/constructs/references.ts'

/** What other constructs would hand over, as literal values. */

export const aNetwork: NetworkReferences = {
  vpcId: 'vpc-1',
  vpcCidr: '10.20.0.0/16',
  zones: ['eu-west-1a', 'eu-west-1b'],
  publicSubnetIds: ['subnet-pub-a', 'subnet-pub-b'],
  privateSubnetIds: ['subnet-priv-a', 'subnet-priv-b'],
  publicZones: ['eu-west-1a', 'eu-west-1b'],
  privateZones: ['eu-west-1a', 'eu-west-1b'],
  ready: [],
}

export const aKey: KeyReferences = { keyArn: 'arn:aws:kms:eu-west-1:111122223333:key/k' }

export const aBucket = (name: string): BucketReferences => ({
  name,
  arn: `arn:aws:s3:::${name}`,
  uri: `s3://${name}`,
  ready: [],
})
