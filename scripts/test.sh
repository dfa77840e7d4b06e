#!/bin/sh
# Every test: format, lint, types, unit tests, the ground's by real Terraform, then the lab's. Ends with `N passed, N failed`.
set -u
cd "$(dirname "$0")/.." || exit 1
scripts/prepare.sh test || exit 1
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
failed=''

stage() {
  title=$1
  shift
  printf '\n── %s\n' "$title"
  "$@" || failed="$failed${failed:+, }$title"
}
stage 'format' npm run --silent format
stage 'lint' npm run --silent lint
stage 'types' npm run --silent types
stage 'unit tests' npx vitest run --project unit --reporter=default --reporter=json --outputFile.json="$out/unit.json"
stage 'ground tests' npx vitest run --project ground --reporter=default --reporter=json --outputFile.json="$out/ground.json"
stage 'lab tests' npx vitest run --project lab --reporter=default --reporter=json --outputFile.json="$out/lab.json"

# The last lines name what failed: of a long log, the end is what one reads.
# A stage that wrote no report did not run its tests: that is a failure, never a silence.
node -e '
  const fs = require("node:fs")
  const stages = process.argv[1]
  let passed = 0, failed = 0, skipped = 0
  const say = []
  for (const file of process.argv.slice(2)) {
    try {
      const report = JSON.parse(fs.readFileSync(file, "utf8"))
      passed += report.numPassedTests
      failed += report.numFailedTests
      skipped += report.numPendingTests
      for (const suite of report.testResults)
        for (const test of suite.assertionResults)
          if (test.status === "failed") say.push(`failed test: ${test.fullName}\n  ${String(test.failureMessages[0]).split("\n")[0]}`)
    } catch { say.push(`no report: ${file}`) }
  }
  if (stages !== "") say.push(`failed stages: ${stages}`)
  if (say.length > 0 && failed === 0) failed = 1
  console.log(`\n${[...say, `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`].join("\n")}`)
  process.exit(failed > 0 ? 1 : 0)
' "$failed" "$out/unit.json" "$out/ground.json" "$out/lab.json"
