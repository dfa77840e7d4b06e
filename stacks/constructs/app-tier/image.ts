import { isArm } from '../../../provisioners/config/infrastructure/instance-names.ts'

/** The image of application servers, in the form of a launch template: the newest Debian 12 at each start. */
export const imageOf = (instanceType: string): string =>
  `resolve:ssm:/aws/service/debian/release/12/latest/${isArm(instanceType) ? 'arm64' : 'amd64'}`

/** Root device of Debian's images. */
export const ROOT_DEVICE = '/dev/xvda'
