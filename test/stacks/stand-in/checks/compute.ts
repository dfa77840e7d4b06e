import { type Fields, fieldsOf, listOf, textOf } from '../values.ts'
import { form, longest, numberOf, when } from './forms.ts'
import type { Checks } from './index.ts'

const INSTANCE_TYPE = /^[a-z][a-z0-9-]*\.(nano|micro|small|medium|large|(\d+)?xlarge|metal(-\d+xl)?)$/
const IAM_NAME = /^[\w+=,.@-]+$/
const IAM_RULE = 'letters, digits and _+=,.@- only'
const USER_DATA = 16_384

const bytes = (text: string | undefined, encoding: BufferEncoding): number =>
  text === undefined ? 0 : Buffer.from(text, encoding).length

function emrCluster(config: Fields): readonly string[] {
  const release = /^emr-(\d+)\.(\d+)\.\d+$/.exec(textOf(config.release_label) ?? '')
  const newerThanSqoop = !!release && Number(release[1]) * 1000 + Number(release[2]) >= 7005
  const groups = ['master_instance_group', 'core_instance_group'].flatMap((name) => listOf(config[name]))
  const fleets = ['master_instance_fleet', 'core_instance_fleet'].flatMap((name) => listOf(config[name]))
  const idle = numberOf(fieldsOf(listOf(config.auto_termination_policy)[0]).idle_timeout)
  return [
    ...form('the release', config.release_label, /^emr-\d+\.\d+\.\d+$/, 'labels look like emr-7.13.0'),
    ...form(
      'log_uri',
      config.log_uri,
      /^s3n?:\/\/[a-z0-9.-]+\//,
      'an s3:// address that ends in a slash or a key',
    ),
    ...when(groups.length > 0 && fleets.length > 0, 'a cluster has instance groups or fleets, not both'),
    ...when(
      newerThanSqoop && listOf(config.applications).includes('Sqoop'),
      `${String(config.release_label)} has no Sqoop: emr-7.4.0 is the last that has`,
    ),
    ...when(listOf(config.bootstrap_action).length > 16, 'a cluster has at most 16 bootstrap actions'),
    ...when(listOf(config.step).length > 256, 'a cluster has at most 256 steps'),
    ...when(
      idle !== undefined && (idle < 60 || idle > 604_800),
      `idle_timeout ${idle} is not within 60 to 604800`,
    ),
    ...groups.flatMap((group) => instanceGroup(fieldsOf(group))),
    ...form('the name', config.name, /^[^<>$|`]*$/, 'no <, >, $, | or backtick'),
  ]
}

const instanceGroup = (group: Fields): readonly string[] => [
  ...form('the instance type', group.instance_type, INSTANCE_TYPE, 'types look like m5.xlarge'),
  ...form('the bid', group.bid_price, /^(\d+(\.\d{1,3}\d*)?)?$/, 'a price in US dollars, such as 0.09'),
]

export const compute: Checks = {
  aws_emr_cluster: emrCluster,
  aws_emr_instance_group: instanceGroup,
  aws_instance: (config) => [
    ...form('the instance type', config.instance_type, INSTANCE_TYPE, 'types look like m7i.large'),
    ...form('the image', config.ami, /^ami-[0-9a-f]{8,17}$/, 'images look like ami-0123456789abcdef0'),
    ...when(
      bytes(textOf(config.user_data), 'utf8') > USER_DATA,
      `user_data has more than ${USER_DATA} bytes`,
    ),
    ...when(
      config.launch_template === null && (config.ami === null || config.instance_type === null),
      'an instance without a launch template needs ami and instance_type',
    ),
  ],
  aws_launch_template: (config) => [
    ...form('the launch template', config.name, /^[\w().\-/]{3,128}$/, '3 to 128 letters, digits and ().-/_'),
    ...form('the instance type', config.instance_type, INSTANCE_TYPE, 'types look like m7i.large'),
    ...form(
      'user_data',
      config.user_data,
      /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/,
      'a launch template takes base64',
    ),
    ...when(
      bytes(textOf(config.user_data), 'base64') > USER_DATA,
      `user_data has more than ${USER_DATA} bytes`,
    ),
  ],
  aws_autoscaling_group: (config) => {
    const [min, max, desired] = [config.min_size, config.max_size, config.desired_capacity].map(numberOf)
    return [
      ...when(
        min !== undefined && max !== undefined && min > max,
        `min_size ${min} is above max_size ${max}`,
      ),
      ...when(
        desired !== undefined &&
          ((min !== undefined && desired < min) || (max !== undefined && desired > max)),
        `desired_capacity ${desired} is not within ${min} to ${max}`,
      ),
    ]
  },
  aws_key_pair: (config) =>
    form(
      'the public key',
      config.public_key,
      /^(ssh-rsa|ssh-ed25519) [A-Za-z0-9+/]+=*( .*)?\s*$/,
      'ssh-rsa or ssh-ed25519, and base64',
    ),
  aws_iam_role: (config) => [
    ...form('the role', config.name, IAM_NAME, IAM_RULE),
    ...longest('the role', config.name, 64),
    ...longest('the prefix of a role', config.name_prefix, 38),
  ],
  aws_iam_instance_profile: (config) => [
    ...form('the instance profile', config.name, IAM_NAME, IAM_RULE),
    ...longest('the instance profile', config.name, 128),
  ],
  aws_iam_role_policy: (config) => {
    const size = textOf(config.policy)?.replaceAll(/\s/g, '').length ?? 0
    return [
      ...form('the policy', config.name, IAM_NAME, IAM_RULE),
      ...when(size > 10_240, `the inline policy has ${size} characters, at most 10240 are allowed`),
    ]
  },
}
