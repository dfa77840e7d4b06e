import { readFileSync } from 'node:fs'
import { documentOf } from '../config/index.ts'
import type { Cluster, SecretRef } from '../config/types.ts'
import { type App, type AppName, appsOf } from '../config/types-apps.ts'
import { type ErrorCode, HowdahError, HowdahErrors } from '../errors.ts'
import { appPortClashes, checkCertificate } from '../services/apps/index.ts'
import type { AppFiles } from '../services/types.ts'
import type { Secrets } from './secrets.ts'

/** Every secret of the applications. */
export function appSecrets(cluster: Cluster): SecretRef[] {
  const apps = appsOf(cluster.apps)
  return [
    ...(cluster.apps && apps.length > 0 ? [cluster.apps.token] : []),
    ...apps.flatMap((app) => [
      app.tls.key,
      app.secretKey,
      ...(app.database ? [app.database.account.password] : []),
    ]),
  ]
}

/**
 * Reads the files of this machine that the applications need, and checks them before any connection: certificates with
 * their keys, hooks, ports. Undefined where there are no applications. Throws all of TLS_*, APPS_* together.
 */
export function readAppFiles(cluster: Cluster, secrets: Secrets, now = new Date()): AppFiles | undefined {
  const apps = appsOf(cluster.apps)
  if (apps.length === 0) return undefined
  const errors: HowdahError[] = [...appPortClashes(cluster)]
  const gather = <T>(read: () => T): T | undefined => {
    try {
      return read()
    } catch (error) {
      if (!(error instanceof HowdahError)) throw error
      errors.push(...(error instanceof HowdahErrors ? error.all : [error]))
      return undefined
    }
  }
  const certificates = byName(apps, (app) => gather(() => readCertificate(app, cluster, secrets, now)))
  const hooks = byName(apps, (app) => gather(() => readHook(app, cluster)))
  const [first, ...rest] = errors
  if (first) throw new HowdahErrors([first, ...rest])
  return {
    certificates,
    hooks,
    warnings: Object.values(certificates).flatMap(({ warnings }) => warnings),
  }
}

/** For callers that need only the paths on the hosts: an expired certificate must not prevent `destroy`. */
export function appPlaces(cluster: Cluster): { readonly apps?: AppFiles } {
  const apps = appsOf(cluster.apps)
  if (apps.length === 0) return {}
  return {
    apps: {
      certificates: byName(apps, () => ({ certificate: '', key: '' })),
      hooks: byName(apps, () => ''),
      warnings: [],
    },
  }
}

const byName = <T>(apps: readonly App[], of: (app: App) => T | undefined): Partial<Record<AppName, T>> =>
  Object.fromEntries(
    apps.flatMap((app) => {
      const value = of(app)
      return value === undefined ? [] : [[app.name, value]]
    }),
  )

function readCertificate(app: App, cluster: Cluster, secrets: Secrets, now: Date) {
  const path = app.tls.certificate
  const certificate = ended(readText(path, `apps.${app.name}.tls.certificate`, 'TLS_CERTIFICATE_UNREADABLE'))
  const key = ended(secrets.get(app.tls.key).reveal())
  const { faults, warnings } = checkCertificate(certificate, key, app.serverName, now)
  const errors = faults.map(
    (fault) =>
      new HowdahError({
        ...fault,
        exit: 'configuration',
        message: `the certificate of apps.${app.name} can't serve ${app.serverName}: ${fault.message}`,
        where: path,
        next: `openssl x509 -in ${path} -noout -subject -dates -ext subjectAltName (named at ${placeOf(cluster, app, 'tls')})`,
      }),
  )
  const [first, ...rest] = errors
  if (first) throw new HowdahErrors([first, ...rest])
  return { certificate, key, warnings }
}

const placeOf = (cluster: Cluster, app: App, field: string): string =>
  documentOf(cluster)?.where(['apps', app.name, field]) ?? cluster.file

const ended = (text: string): string => (text.endsWith('\n') ? text : `${text}\n`)

function readText(path: string, what: string, code: ErrorCode): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    throw new HowdahError({
      code,
      exit: 'configuration',
      message: `${what} is ${path}, which can't be read (${(cause as NodeJS.ErrnoException).code})`,
      where: path,
      next: `ls -l ${path}`,
      cause,
    })
  }
}

function readHook(app: App, cluster: Cluster): string | undefined {
  if (app.hook === undefined) return undefined
  const path = app.hook.script
  const text = readText(path, `apps.${app.name}.hook.script`, 'APPS_HOOK_UNREADABLE')
  if (text.startsWith('#!')) return text
  throw new HowdahError({
    code: 'APPS_HOOK_FORM',
    exit: 'configuration',
    message: `the hook ${path} has no first line that names its interpreter`,
    found: text.split('\n', 1)[0]?.slice(0, 60) || 'an empty line',
    expected: 'a first line such as #!/bin/sh',
    where: placeOf(cluster, app, 'hook'),
    next: `sed -i '1i #!/bin/sh' ${path}`,
  })
}
