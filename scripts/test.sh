#!/bin/sh
# Every test: format, lint, types, unit tests, then the lab's. Ends with `N passed, N failed`.
set -u
cd "$(dirname "$0")/.."
scripts/prepare.sh all || exit 1
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
failed=0

stage() {
  title=$1
  shift
  printf '\n── %s\n' "$title"
  "$@" || failed=1
}
stage 'format' npm run --silent format
stage 'lint' npm run --silent lint
stage 'types' npm run --silent types
stage 'unit tests' npx vitest run --project unit --reporter=default --reporter=json --outputFile.json="$out/unit.json"
stage 'lab tests' npx vitest run --project lab --reporter=default --reporter=json --outputFile.json="$out/lab.json"

# A stage that wrote no report did not run its tests: that is a failure, never a silence.
node -e '
  const fs = require("node:fs")
  let passed = 0, failed = Number(process.argv[1]), counted = 0, skipped = 0
  for (const file of process.argv.slice(2)) {
    try {
      const report = JSON.parse(fs.readFileSync(file, "utf8"))
      passed += report.numPassedTests
      counted += report.numFailedTests
      skipped += report.numPendingTests
    } catch { failed = 1; console.log(`no report: ${file}`) }
  }
  const total = Math.max(counted, failed)
  console.log(`\n${passed} passed, ${total} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`)
  process.exit(total > 0 ? 1 : 0)
' "$failed" "$out/unit.json" "$out/lab.json"
