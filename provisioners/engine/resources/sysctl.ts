import { quote, sh } from '../../shell.ts'
import { placeFile } from '../fragments.ts'
import { sha256 } from '../hash.ts'
import type { ResourceType, State, Sysctl } from '../types.ts'
import { detail, removes } from './leave.ts'

const oneLine = (value: string): string => value.trim().replace(/\s+/g, ' ')
const content = (s: Sysctl): string => `# Written by Howdah.\n${s.key} = ${s.value}\n`
const canBeSet = (state: State): boolean => state.writable === 'yes'

/** A kernel setting, now and at boot. Where the kernel refuses it (a container), that is a warning. */
export function sysctlType(root: string): ResourceType<Sysctl> {
  const fileOf = (s: Pick<Sysctl, 'key'>) => `${root}/etc/sysctl.d/90-howdah-${s.key}.conf`
  const liveOf = (s: Sysctl) => `${root}/proc/sys/${s.key.replaceAll('.', '/')}`
  // The kernel refuses some writes that the file's mode allows. A file in /run records the refusal until the next boot.
  const refusedOf = (s: Sysctl) => `${root}/run/howdah/sysctl-refused/${s.key}`
  return {
    type: 'sysctl',
    title: (s) => `sysctl ${s.key} = ${s.value}`,
    paths: (s) => [{ path: fileOf(s), key: 'file' }],
    probe: (s) =>
      [
        sh`if [ -e ${liveOf(s)} ]; then emit value "$(cat ${liveOf(s)})"; else emit value ''; fi`,
        sh`if [ -w ${liveOf(s)} ] && [ ! -e ${refusedOf(s)} ]; then emit writable yes; else emit writable no; fi`,
      ].join('\n'),
    warning(s, state) {
      if (canBeSet(state) || oneLine(state.value ?? '') === oneLine(s.value)) return undefined
      return `${s.key} cannot be set here: it is ${oneLine(state.value ?? '') || 'unknown to this kernel'}, wanted ${s.value}`
    },
    diff(s, state) {
      if (!canBeSet(state)) return undefined
      const reasons = []
      if (oneLine(state.value ?? '') !== oneLine(s.value)) {
        reasons.push(`${oneLine(state.value ?? '')} → ${s.value}`)
      }
      if (state.file !== sha256(content(s))) reasons.push('not kept over a reboot')
      return reasons.length > 0 ? { action: 'update', reason: reasons.join(', ') } : undefined
    },
    apply: (s) =>
      [
        sh`mkdir -p ${`${root}/etc/sysctl.d`}`,
        placeFile({ path: fileOf(s), content: content(s), owner: 'root', group: 'root', mode: '0644' }),
        `if ! said=$( { printf '%s' ${quote(s.value)} >${quote(liveOf(s))}; } 2>&1 ); then`,
        sh`  mkdir -p ${`${root}/run/howdah/sysctl-refused`}`,
        sh`  : >${refusedOf(s)}`,
        sh`  echo ${`${s.key} cannot be set here:`}" $said"`,
        'fi',
      ].join('\n'),
    record: (s) => ({ key: s.key }),
    remove(recorded) {
      const key = detail(recorded, 'key')
      // The earlier value is not known. After the next boot the kernel has its own default again.
      const reason = 'no longer wanted; the kernel keeps the value until the next boot'
      return removes(`sysctl ${key}`, sh`rm -f ${fileOf({ key })}`, { reason })
    },
  }
}
