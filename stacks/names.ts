import { createHash } from 'node:crypto'

/**
 * A name with the deployment's in front, cut to AWS's limit for the kind (load balancers and target groups 32,
 * roles 64, RDS 63): what is cut is replaced by a short hash of the whole, so that two long names stay two.
 */
export const nameWithin = (limit: number, ...parts: readonly string[]): string => {
  const whole = parts.join('-')
  if (whole.length <= limit) return whole
  const mark = createHash('sha256').update(whole).digest('hex').slice(0, 6)
  return `${whole.slice(0, limit - 7).replace(/-+$/, '')}-${mark}`
}
