import type { Action, Resource } from '../../engine/types.ts'
import { directory } from '../support/resources.ts'
import { ACCOUNT, COMPONENT, HOME } from './names.ts'

/**
 * The account of the scheduler. Its home belongs to root, so that whoever has the account cannot give himself another
 * key; a shell it has only where sshd must start its forced command by one.
 */
export const account = (shell = '/usr/sbin/nologin'): Resource[] => [
  { type: 'group', id: `group:${ACCOUNT}`, component: COMPONENT, name: ACCOUNT } as Resource,
  {
    ...{ type: 'user', id: `user:${ACCOUNT}`, component: COMPONENT, name: ACCOUNT, group: ACCOUNT },
    ...{ groups: [], home: HOME, shell, system: true, after: [`group:${ACCOUNT}`] },
  } as Resource,
  directory(COMPONENT, HOME, { after: [`user:${ACCOUNT}`] }),
]

/** '*' and not '!': no password fits, and an sshd without PAM does not take the account for a locked one. */
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
