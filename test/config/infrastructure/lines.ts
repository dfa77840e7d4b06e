/** Line 1 has the name, and line 2 all of aws, unless a test says otherwise. */
export const aws = (deployment: string, rest = ''): string =>
  `name: insights\naws: {deployment: ${deployment}, region: eu-west-1${rest}}\n`
export const small = (rest: string): string => aws('small-emr', `, ${rest}`)
export const single = (rest: string): string => aws('single-server', `, ${rest}`)
/** Nothing is behind load balancers. */
export const bare = (rest: string): string => aws('large-emr', `, api: none, insights: none, ${rest}`)
export const fleet = (rest: string): string => aws('large-hadoop', `, api: none, insights: none, ${rest}`)
export const app = (rest: string): string => aws('large-hadoop', `, api: none, insights: {${rest}}`)
export const NOT_USED = 'SPEC_KEY_NOT_USED'
