import { createHash } from 'node:crypto'

/**
 * A name with the deployment's name in front, cut to AWS's limit for the kind (load balancers and target groups 32,
 * roles 64, RDS 63). A short hash of the whole name replaces the rest, so that two long names stay different.
 */
export const nameWithin = (limit: number, ...parts: readonly string[]): string => {
  const whole = parts.join('-')
  if (whole.length <= limit) return whole
  const mark = createHash('sha256').update(whole).digest('hex').slice(0, 6)
  return `${whole.slice(0, limit - 7).replace(/-+$/, '')}-${mark}`
}
