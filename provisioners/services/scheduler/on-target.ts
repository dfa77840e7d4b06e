import { isIP } from 'node:net'
import { render } from '../../../hadoop-templates/index.ts'
import type { Host } from '../../config/types.ts'
import type { Schedule } from '../../config/types-schedule.ts'
import type { Action, HostFacts, Resource } from '../../engine/types.ts'
import { sh } from '../../shell.ts'
import { defaultFs } from '../hdfs/core-site.ts'
import { directory, file } from '../support/resources.ts'
import type { ComponentContext } from '../types.ts'
import { SUDOERS_DIR, VISUDO } from '../users/names.ts'
import { sudoersIncluded } from '../users/sudo.ts'
import { account, unlocked } from './account.ts'
import { commandFiles } from './commands.ts'
import { KEY_SECRET, keyPairOf } from './key-pair.ts'
import { ACCOUNT, COMMAND_STATE, COMMANDS, COMPONENT, ETC, GATE, HOME, LIB, RUN_COMMAND } from './names.ts'
import { ownedFiles } from './owned-files.ts'
import { STORE_PASSWORD, VERIFY_DATA, verifyFiles } from './verify-job.ts'

/** The resources of the host where jobs run: the commands of each job, and the access of the scheduler's key. */

/** The account of the jobs, if nothing else has created it. */
const jobAccount = (name: string): Action => ({
  type: 'action',
  id: 'action:schedule-account',
  component: COMPONENT,
  title: `the account ${name}, which jobs run as`,
  probe: sh`if getent passwd ${name} >/dev/null; then echo done=yes; else echo done=no; fi`,
  run: [
    'PATH=$PATH:/usr/sbin:/sbin',
    sh`if ! getent passwd ${name} >/dev/null; then`,
    sh`  if getent group ${name} >/dev/null; then useradd -m -s /bin/bash -g ${name} ${name}; else useradd -m -s /bin/bash -U ${name}; fi`,
    'fi',
  ].join('\n'),
  timeoutSeconds: 60,
})

/** Addresses that the scheduler's host may connect from. */
function addresses(host: Host, facts: HostFacts | undefined): string[] {
  const known = [host.address, ...(facts?.addresses ?? [])].filter((address) => isIP(address) > 0)
  return [...new Set(known)].filter((address) => !address.startsWith('fe80:'))
}

function authorizedKeys(scheduler: Host, { cluster, facts, secret }: ComponentContext): string {
  const { publicKey } = keyPairOf(secret(KEY_SECRET), '')
  const from = addresses(scheduler, facts[scheduler.name])
  const options = [
    'restrict',
    ...(from.length === 0 ? [] : [`from="${from.join(',')}"`]),
    `command="${GATE}"`,
  ]
  return `# Kept by Howdah: the key of the scheduler of ${cluster.name}.\n${options.join(',')} ${publicKey} ${ACCOUNT}@${cluster.name}\n`
}

/** Access by ssh for the scheduler: from one host, with one key, to one program as one account. */
function gate(schedule: Schedule, scheduler: Host, context: ComponentContext): Resource[] {
  const rules = `${SUDOERS_DIR}/howdah-schedule`
  const include: Action = {
    ...sudoersIncluded,
    id: 'action:schedule-sudoers',
    component: COMPONENT,
    after: ['package:schedule'],
  }
  const keys = `${HOME}/.ssh/authorized_keys`
  return [
    ...account('/bin/sh'),
    unlocked,
    include,
    file(
      COMPONENT,
      rules,
      render('users/sudoers', {
        title: 'What the scheduler may do',
        rules: [`${ACCOUNT} ALL=(${schedule.user}) NOPASSWD: ${RUN_COMMAND}`],
      }),
      {
        mode: '0440',
        validate: VISUDO,
        after: [include.id, `user:${ACCOUNT}`, 'action:schedule-account'],
      },
    ),
    file(COMPONENT, GATE, render('scheduler/schedule-gate.sh', { user: schedule.user }), {
      mode: '0755',
      after: [`directory:${LIB}/schedule`],
    }),
    directory(COMPONENT, `${HOME}/.ssh`, { after: [`directory:${HOME}`] }),
    // Last: the key must not be accepted before the files that limit it exist.
    file(COMPONENT, keys, authorizedKeys(scheduler, context), {
      ...{ group: ACCOUNT, mode: '0640' },
      after: [`directory:${HOME}/.ssh`, `file:${GATE}`, `file:${rules}`, unlocked.id],
    }),
  ]
}

/** `here`: the scheduler is on this host too, and has declared the resources that both need. */
export function onTarget(schedule: Schedule, context: ComponentContext, here: boolean): Resource[] {
  const { cluster } = context
  const { user } = schedule
  const scheduler = cluster.hosts.find(({ name }) => name === schedule.host)
  const data = verifyFiles(schedule)
  const password =
    data.length === 0 || cluster.resultStore === undefined
      ? []
      : [
          file(COMPONENT, STORE_PASSWORD, context.secret(cluster.resultStore.pipeline.password), {
            ...{ owner: user, mode: '0400', sensitive: true },
            after: [`directory:${ETC}`, 'action:schedule-account'],
          }),
        ]
  const shared = here
    ? []
    : [
        {
          type: 'package',
          id: 'package:schedule',
          component: COMPONENT,
          names: ['util-linux', 'sudo'],
        } as Resource,
        directory(COMPONENT, ETC),
        directory(COMPONENT, `${LIB}/schedule`),
      ]
  return [
    ...shared,
    ...(here
      ? [{ type: 'package', id: 'package:schedule-sudo', component: COMPONENT, names: ['sudo'] } as Resource]
      : []),
    jobAccount(user),
    directory(COMPONENT, COMMAND_STATE, { owner: user, mode: '0700', after: ['action:schedule-account'] }),
    file(COMPONENT, RUN_COMMAND, render('scheduler/run-command.sh', { state: COMMAND_STATE }), {
      mode: '0755',
      after: [`directory:${LIB}/schedule`],
    }),
    ownedFiles(
      COMPONENT,
      'data of the miniature flow',
      { dir: VERIFY_DATA, prefix: '', mode: '0644', files: data },
      [`directory:${ETC}`],
    ),
    ...password,
    ownedFiles(
      COMPONENT,
      'commands of the jobs',
      { dir: COMMANDS, prefix: '', mode: '0644', files: commandFiles(schedule, defaultFs(context), context) },
      [`directory:${ETC}`, `file:${RUN_COMMAND}`],
    ),
    ...(here || scheduler === undefined ? [] : gate(schedule, scheduler, context)),
  ]
}
