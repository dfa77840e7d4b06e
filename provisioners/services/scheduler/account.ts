import type { Action, Resource } from '../../engine/types.ts'
import { directory } from '../support/resources.ts'
import { ACCOUNT, COMPONENT, HOME } from './names.ts'

/**
 * The account of the scheduler. Its home belongs to root, so that the account cannot add another key. It has a shell
 * only on the host where sshd needs one to run the forced command.
 */
export const account = (shell = '/usr/sbin/nologin'): Resource[] => [
  { type: 'group', id: `group:${ACCOUNT}`, component: COMPONENT, name: ACCOUNT } as Resource,
  {
    ...{ type: 'user', id: `user:${ACCOUNT}`, component: COMPONENT, name: ACCOUNT, group: ACCOUNT },
    ...{ groups: [], home: HOME, shell, system: true, after: [`group:${ACCOUNT}`] },
  } as Resource,
  directory(COMPONENT, HOME, { after: [`user:${ACCOUNT}`] }),
]

/** '*' and not '!': no password matches, and an sshd without PAM does not treat the account as locked. */
export const unlocked: Action = {
  type: 'action',
  id: 'action:schedule-login',
  component: COMPONENT,
  title: `${ACCOUNT} may log in by key`,
  probe: `case $(getent shadow ${ACCOUNT} | cut -d: -f2) in '' | '!'*) echo done=no ;; *) echo done=yes ;; esac`,
  run: `PATH=$PATH:/usr/sbin:/sbin; usermod -p '*' ${ACCOUNT}`,
  after: [`user:${ACCOUNT}`],
  timeoutSeconds: 60,
}
