#!/bin/sh
# Runs shellcheck over every shell script of the project that is a file: a part of `npm run lint`. What is rendered is
# checked by test/shell. Exceptions for all of them, with their reasons: .shellcheckrc.
# Usage: scripts/shellcheck.sh [--list]
set -eu
cd "$(dirname "$0")/.."

# Files whose first line names a shell. Templates are checked as they are rendered.
scripts() {
  find . \( -name node_modules -o -name .git -o -name dist -o -name build \) -prune -o -type f ! -name '*.hbs' -exec \
    awk 'FNR == 1 { if (/^#!.*[\/ ](ba|da)?sh( |$)/) print FILENAME; nextfile }' {} +
}
if [ "${1:-}" = --list ]; then scripts | sort; exit; fi

command -v shellcheck >/dev/null || {
  echo 'lint needs shellcheck, which is not installed: apt-get install shellcheck' >&2
  exit 1
}

launchers=provisioners/artifacts/launchers
code=0
scripts | grep -v "/$launchers/hadoop" | sort | xargs shellcheck || code=1
# Each generation with the files that its launchers read.
for generation in "$launchers"/hadoop[0-9]*; do
  shellcheck -x -a -P "$generation" -P "$launchers/hadoop-shared" "$generation"/bin/* || code=1
done
exit "$code"
