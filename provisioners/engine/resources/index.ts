import { mountsFileAt } from '../mounts.ts'
import type { AnyType } from '../registry.ts'
import { recordFileAt } from '../removal/record.ts'
import { action } from './action.ts'
import { archiveType } from './archive.ts'
import { directoryType } from './directory.ts'
import { fact } from './fact.ts'
import { file } from './file.ts'
import { group } from './group.ts'
import { hostsBlockType } from './hosts-block.ts'
import { osPackage } from './package.ts'
import { memberType, recordType, removalType } from './removal.ts'
import { symlink } from './symlink.ts'
import { sysctlType } from './sysctl.ts'
import { unitType } from './unit.ts'
import { user } from './user.ts'

/** The types of the CoreResource union, with the system's own paths under `root` ('' on a real host). */
export const coreTypesAt = (root: string): readonly AnyType[] => [
  directoryType(mountsFileAt(root)),
  file,
  archiveType(root),
  symlink,
  group,
  user,
  osPackage,
  sysctlType(root),
  hostsBlockType(root),
  unitType(root),
  fact,
  action,
  removalType(recordFileAt(root)),
  recordType,
  memberType,
]

/** The types of the CoreResource union. */
export const coreTypes = coreTypesAt('')
