import { appsOf } from '../../config/types-apps.ts'
import type { Resource } from '../../engine/types.ts'
import { has } from '../support/hosts.ts'
import { directory } from '../support/resources.ts'
import type { Service } from '../types.ts'
import { appSqlTargets } from './databases.ts'
import { appHookType } from './hook.ts'
import { COMPONENT, FILES_DIR, HOOKS_DIR } from './names.ts'
import { proxy } from './proxy.ts'
import { software } from './software.ts'
import { appSymptoms } from './symptoms.ts'

export {
  type CertificateFinding,
  type CertificateReport,
  checkCertificate,
  parseCertificates,
  RENEW_DAYS,
} from './certificate.ts'

import { appHealthChecks } from './health.ts'

export { appSqlTargets } from './databases.ts'
export { appHealthChecks } from './health.ts'
export type { AppHook } from './hook.ts'
export { appPortClashes } from './ports.ts'

export const appTypes = [appHookType] as const

/** edX's applications, their access to the result store, and the proxy in front of them. */
export const apps: Service = {
  name: COMPONENT,
  needs: ['apps', 'facts'],
  resources(host, context): Resource[] {
    const here = appsOf(context.cluster.apps).filter((app) => has(host, app.name))
    if (here.length === 0) return []
    return [
      directory(COMPONENT, FILES_DIR),
      ...(here.some(({ hook }) => hook) ? [directory(COMPONENT, HOOKS_DIR)] : []),
      ...here.flatMap((app) => software(app, context)),
      ...proxy(here, host, context),
    ]
  },
  sqlTargets: appSqlTargets,
  healthChecks: appHealthChecks,
  symptoms: appSymptoms,
  types: appTypes,
}
