/**
 * Facts about releases of EMR, only from AWS's documentation. A fact that the documentation does not state is left
 * out: it is unknown, which does not mean that the release lacks it.
 */
export interface EmrRelease {
  readonly hadoop?: string
  readonly hive?: string
  /** Last day of standard support, as YYYY-MM-DD. */
  readonly supportedUntil?: string
}

export const DEFAULT_RELEASE = 'emr-7.13.0'

export const EMR_RELEASES: Readonly<Partial<Record<string, EmrRelease>>> = {
  'emr-7.13.0': { hadoop: '3.4.2', hive: '3.1.3', supportedUntil: '2028-04-21' },
  'emr-7.12.0': { hive: '3.1.3' },
  'emr-7.11.0': {},
  'emr-7.10.0': { supportedUntil: '2027-08-15' },
  'emr-7.9.0': {},
  'emr-7.8.0': {},
  'emr-7.7.0': {},
  'emr-7.5.0': { supportedUntil: '2026-11-20' },
  'emr-7.4.0': {},
  'emr-7.3.0': { supportedUntil: '2026-10-15' },
  'emr-7.2.0': {},
  'emr-7.1.0': {},
  'emr-7.0.0': { hadoop: '3.3.6' },
  'emr-6.15.0': {},
  'emr-5.36.2': {},
}

/** The last release with Sqoop. In 4.x it was the application Sqoop-Sandbox. */
export const LAST_WITH_SQOOP = 'emr-7.4.0'

export type ReleaseNumber = readonly [major: number, minor: number, patch: number]

/** 'emr-7.13.0' → [7, 13, 0]; undefined for a text that is not a release label. */
export function releaseNumber(label: string): ReleaseNumber | undefined {
  const [, major, minor, patch] = /^emr-(\d+)\.(\d+)\.(\d+)$/.exec(label) ?? []
  return major === undefined ? undefined : [Number(major), Number(minor), Number(patch)]
}

/** Whether Sqoop is among a release's applications: 5.0 up to 7.4. */
export function bringsSqoop(label: string): boolean {
  const number = releaseNumber(label)
  if (number === undefined) return false
  const [major, minor] = number
  return (major >= 5 && major <= 6) || (major === 7 && minor <= 4)
}
