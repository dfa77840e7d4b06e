import { isArm } from '../../../provisioners/config/infrastructure/instance-names.ts'

/** The image of application servers, as a launch template asks for it: the newest Debian 12 at each start. */
export const imageOf = (instanceType: string): string =>
  `resolve:ssm:/aws/service/debian/release/12/latest/${isArm(instanceType) ? 'arm64' : 'amd64'}`

/** Debian's images have their root there. */
export const ROOT_DEVICE = '/dev/xvda'
