import type { ErrorEntries } from './types.ts'

/** What can be wrong with the section `aws` of cluster.yml. */
export const AWS_ERRORS = {
  SPEC_NO_AWS: {
    exit: 'configuration',
    meaning: 'A command for AWS was given a file that has no section `aws`.',
    remedy:
      'Add `aws: {deployment: NAME, region: REGION}`, or run `howdah bootstrap` for hosts that exist already.',
  },
  SPEC_AWS_NAME: {
    exit: 'configuration',
    meaning: 'AWS refuses the name of the cluster in names of load balancers, databases or buckets.',
    remedy: 'Choose a name with single dashes inside and without `internal-` at the start.',
  },
  SPEC_OTHER_DEPLOYMENT: {
    exit: 'configuration',
    meaning: 'A section belongs to another deployment than the one in `aws.deployment`.',
    remedy: 'Remove the section, or change `aws.deployment`.',
  },
  SPEC_OUT_OF_BOUNDS: {
    exit: 'configuration',
    meaning: 'A number is outside of the range that AWS accepts.',
    remedy: 'Write a number within the bounds that the error gives.',
  },
  SPEC_TAG: {
    exit: 'configuration',
    meaning: 'A tag, or the number of tags, is not allowed by AWS.',
    remedy: 'Follow the limits in the error; keys must not begin with `aws:`.',
  },
  SPEC_ZONE: {
    exit: 'configuration',
    meaning:
      'An availability zone is not in the region, is named twice, or must be named because the region differs for each account.',
    remedy: 'Write zones of the region; `aws ec2 describe-availability-zones` lists them.',
  },
  SPEC_ONE_ZONE: {
    exit: 'configuration',
    meaning: 'Something in the deployment needs subnets in two availability zones.',
    remedy: 'Add a zone to `aws.zones`.',
  },
  SPEC_SUBNETS: {
    exit: 'configuration',
    meaning: '`aws.network.vpc` names too few subnets.',
    remedy: 'Add subnets until there are as many as the error asks for, in different zones.',
  },
  SPEC_BAD_CIDR: {
    exit: 'configuration',
    meaning: 'A range of addresses is not valid, or is too large or too small.',
    remedy: 'Write a range such as `10.20.0.0/16`.',
  },
  SPEC_CIDR_OVERLAP: {
    exit: 'configuration',
    meaning: 'The new VPC and a peered network share addresses, so that they cannot be connected.',
    remedy: 'Give `aws.network.cidr` another range.',
  },
  SPEC_LMS: {
    exit: 'configuration',
    meaning: 'The path to the LMS is not given, is given twice, or cannot work with a new VPC.',
    remedy: 'Write either `peering` or `securityGroup`; the latter needs `aws.network.vpc`.',
  },
  SPEC_OPEN_TO_ALL: {
    exit: 'configuration',
    meaning: '`aws.operators` opens SSH to the whole internet.',
    remedy: 'Write the addresses of your operators, or leave `operators` out and log in through SSM.',
  },
  SPEC_RELEASE_LACKS: {
    exit: 'configuration',
    meaning:
      'The EMR release does not have what cluster.yml asks for: an application, a feature, or an instance type.',
    remedy: 'Write a release that has it, as the error names it, or remove the key.',
  },
  SPEC_VOLUME_RATIO: {
    exit: 'configuration',
    meaning: 'An EBS volume has more IOPS than its size allows, or more throughput than its IOPS allow.',
    remedy: 'Write a value up to the bound in the error, or a larger size.',
  },
  SPEC_KEY_REGION: {
    exit: 'configuration',
    meaning: 'The KMS key in `aws.key` is in another region than the deployment.',
    remedy: 'Name a key of the region in `aws.region`, or leave `aws.key` out.',
  },
  SPEC_TWO_KEYS: {
    exit: 'configuration',
    meaning: '`aws.keyPair` names an existing key pair and also how to make one.',
    remedy: 'Keep either `existing` or the keys that make a new one.',
  },
  SPEC_UPLOAD_FILE: {
    exit: 'configuration',
    meaning: 'A file of `aws.uploads` cannot be read.',
    remedy: 'Correct the path. Relative paths are resolved from the directory of cluster.yml.',
  },
  SPEC_UPLOAD_TWICE: {
    exit: 'configuration',
    meaning: 'The key of an upload belongs to another file, or to a script of Howdah.',
    remedy: 'Write another key.',
  },
  SPEC_NOT_UPLOADED: {
    exit: 'configuration',
    meaning: 'The cluster needs an object in a bucket that the same apply makes.',
    remedy: 'Add the file to `aws.uploads`, or name an object in a bucket that exists.',
  },
  SPEC_KEY_FILE: {
    exit: 'configuration',
    meaning: 'The file of a public key cannot be read, or holds no key that EC2 accepts.',
    remedy: 'Name the `.pub` file of one RSA or Ed25519 key; `ssh-keygen -t ed25519` makes one.',
  },
  SPEC_PRIVATE_KEY: {
    exit: 'configuration',
    meaning: 'The file that was named holds a private key, which must not leave this machine.',
    remedy: 'Name the public key, the file beside it that ends in `.pub`.',
  },
  SPEC_INSTANCE_TYPE: {
    exit: 'configuration',
    meaning: 'An instance type of RDS is used for a host, or one of EC2 for RDS.',
    remedy: 'Write the type that the error expects: types of RDS begin with `db.`.',
  },
  SPEC_RETIRED_TYPE: {
    exit: 'configuration',
    meaning: 'Current images and EMR releases do not start on this old instance type.',
    remedy: 'Write the successor that the error names.',
  },
  SPEC_TYPE_TOO_SMALL: {
    exit: 'configuration',
    meaning: 'The instance type is too small for EMR.',
    remedy: 'Write the larger type that the error names.',
  },
  SPEC_IMAGE_ARCHITECTURE: {
    exit: 'configuration',
    meaning: 'The image and the instance type are for different processor architectures.',
    remedy: 'Choose an image and a type that are both arm64 or both amd64.',
  },
  SPEC_PLACEMENT: {
    exit: 'configuration',
    meaning: 'A `spread` placement group cannot hold this many hosts in one zone.',
    remedy: 'Write `placement: partition`.',
  },
  SPEC_DOMAIN: {
    exit: 'configuration',
    meaning: 'The domain is outside of the hosted zone, or two applications have the same domain.',
    remedy: 'Write a name inside the hosted zone, a different one for each application.',
  },
  SPEC_CERTIFICATE_REGION: {
    exit: 'configuration',
    meaning: 'The certificate is in another region than the load balancer.',
    remedy: 'Use a certificate of the region that the error names.',
  },
  SPEC_NO_CERTIFICATE: {
    exit: 'configuration',
    meaning: 'A load balancer terminates TLS, and has no certificate.',
    remedy: 'Add `hostedZone`, so that a certificate is made, or `certificateArn`.',
  },
  SPEC_ENGINE_VERSION: {
    exit: 'configuration',
    meaning: 'RDS does not offer this version of MySQL, or Howdah does not know it.',
    remedy: "Write `engineVersion: '8.4'` or the version that the error names.",
  },
  SPEC_BUCKET_NAME: {
    exit: 'configuration',
    meaning: 'The name of a bucket breaks the rules of S3.',
    remedy: 'Use 3 to 63 lower-case letters, digits and dashes.',
  },
  SPEC_BUCKET_TWICE: {
    exit: 'configuration',
    meaning: 'One bucket is used for two purposes that must stay apart.',
    remedy: 'Name a different bucket for one of them.',
  },
  SPEC_RELEASE: {
    exit: 'configuration',
    meaning: '`aws.emr.release` is not a release label of EMR.',
    remedy: 'Write a label such as `emr-7.5.0`; the error names a good one.',
  },
  SPEC_AMI_VERSION: {
    exit: 'configuration',
    meaning: "The release is one of EMR's old AMI versions, which can no longer start a cluster.",
    remedy: 'Write a current release label; `howdah emr translate` converts a whole old file.',
  },
  SPEC_NO_SQOOP: {
    exit: 'configuration',
    meaning: 'Sqoop is listed as an application of an EMR release that does not include it.',
    remedy: 'Remove it from `applications`: Howdah installs it in a step.',
  },
  SPEC_SQOOP_TWICE: {
    exit: 'configuration',
    meaning: '`applications` lists Sqoop while `aws.emr.sqoop` is `none`.',
    remedy: 'Remove one of the two.',
  },
  SPEC_CHECKSUM: {
    exit: 'configuration',
    meaning: 'A file for EMR to install has no checksum, or there is a checksum without a file.',
    remedy: 'Add the checksum that the error names; `sha512sum FILE` or `sha256sum FILE` prints it.',
  },
  SPEC_GROUPS_AND_FLEETS: {
    exit: 'configuration',
    meaning: '`aws.emr` has both instance groups and instance fleets; EMR accepts only one kind.',
    remedy: 'Move the groups below `fleets`, or remove `fleets`.',
  },
  SPEC_SPOT_WITHOUT_BID: {
    exit: 'configuration',
    meaning: 'An instance group is `SPOT` without a bid.',
    remedy: 'Add `bidPrice`, or use `fleets`.',
  },
  SPEC_TWO_BIDS: {
    exit: 'configuration',
    meaning: 'An instance type has both `bidPrice` and `bidPricePercent`.',
    remedy: 'Remove one of the two.',
  },
  SPEC_DUPLICATE_CLASSIFICATION: {
    exit: 'configuration',
    meaning: 'A configuration classification of EMR is listed twice.',
    remedy: 'Put the properties of both under one classification.',
  },
} as const satisfies ErrorEntries
