import { sh } from '../shell.ts'

/**
 * Scripts keep their files in `<run directory>/apply.<pid>.<nonce>` and `<run directory>-store.<pid>.<random>`, and
 * remove them at their end. A script that was killed cannot. This shell removes the directories whose process no longer
 * runs, and requests to stop whose batch is over. A directory without a process id is from an older Howdah.
 */
export const removeLeftovers = (runDir = '/run/howdah'): string =>
  [
    sh`run_dir=${runDir}`,
    'for left in "$run_dir"/apply.* "$run_dir"-store.*; do',
    '  [ -d "$left" ] || continue',
    '  owner=${left##*/} && owner=${owner#*.} && owner=${owner%%.*}',
    '  case $owner in',
    `    '' | *[!0-9]*) find "$left" -maxdepth 0 -mmin +1440 -exec rm -rf -- '{}' ';' ;;`,
    '    *) [ -e "/proc/$owner" ] || rm -rf -- "$left" ;;',
    '  esac',
    'done',
    'for left in "$run_dir"/stop.*; do',
    '  [ -f "$left" ] || continue',
    '  of=',
    '  for owner in "$run_dir"/apply.*."${left##*.}"; do [ ! -d "$owner" ] || of=$owner; done',
    // A request may arrive before its batch has begun.
    `  [ -n "$of" ] || find "$left" -maxdepth 0 -mmin +10 -exec rm -f -- '{}' ';'`,
    'done',
  ].join('\n')
