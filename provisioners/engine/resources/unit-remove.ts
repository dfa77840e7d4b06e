import { raw, sh } from '../../shell.ts'
import type { Recorded, Removal, RemovalContext, Unit } from '../types.ts'
import { detail, removes } from './leave.ts'
import { unitPaths } from './unit-files.ts'

/** What a removal needs of a unit: who owns the unit file, and whether data forbids to stop it. */
export const recordUnit = (u: Unit): Record<string, string> => ({
  name: u.name,
  ...(u.content === undefined ? { owner: 'package' } : {}),
  ...(u.holds === undefined ? {} : { holds: u.holds }),
})

/** Runs a command where systemd knows the unit; an error of the command is then an error. */
const whereLoaded = (unit: string, command: string): string =>
  sh`if [ "$(systemctl show -p LoadState --value ${unit})" = loaded ]; then ${raw(command)}; fi`

function files(root: string, name: string, own: boolean): string[] {
  const paths = unitPaths(root, name)
  const mine = [paths.dropIn, paths.list, paths.started, ...(own ? [paths.unit] : [])]
  return [sh`rm -f ${mine}`, sh`rmdir ${paths.dropInDir} 2>/dev/null || :`, 'systemctl daemon-reload']
}

/**
 * Stops a unit of Howdah with all of its processes, and removes its files. The unit of an OS package is not stopped:
 * it is restarted once, without the files that it had from Howdah.
 */
export function removeUnit(root: string, recorded: Recorded, { whole }: RemovalContext): Removal {
  const name = detail(recorded, 'name')
  const unit = `${name}.service`
  const title = `unit ${name}`
  const { holds } = recorded.about
  if (holds !== undefined && !whole) return { kind: 'held', title, reason: holds }
  if (detail(recorded, 'owner') === 'package') {
    const again = whereLoaded(unit, sh`systemctl try-restart ${unit}`)
    const reason = 'its package stays, and it starts again without the files of Howdah'
    return removes(title, [...files(root, name, false), again].join('\n'), { stage: 'last', reason })
  }
  // `kill` ends a NodeManager's containers too, which outlive a restart on purpose. Where nothing is left to signal,
  // the next command fails when the unit did not stop.
  const stop = whereLoaded(unit, sh`systemctl kill ${unit} || :; systemctl disable --now ${unit}`)
  return removes(title, [stop, ...files(root, name, true)].join('\n'), { stage: 'stop' })
}
