#!/bin/sh
# Installs what the demo (all) and the tests (test) need and this machine lacks: npm packages always, OS packages with
# root.
# Usage: scripts/prepare.sh [npm|all|test]
set -eu
cd "$(dirname "$0")/.."

say() { printf '%s\n' "$*" >&2; }

command -v node >/dev/null 2>&1 || { say 'Howdah needs Node.js 20.12 or later: https://nodejs.org/en/download'; exit 1; }
node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 12) ? 0 : 1)' ||
  { say "Howdah needs Node.js 20.12 or later; this is $(node --version)"; exit 1; }

# npm ci is slow for nothing when the lock has not moved since the last time.
stamp=node_modules/.howdah-lock
if ! cmp -s package-lock.json "$stamp" 2>/dev/null; then
  say 'Installing npm packages …'
  npm ci --no-audit --no-fund --loglevel=error >&2
  cp package-lock.json "$stamp"
fi
[ "${1:-all}" = npm ] && exit 0

[ "$(uname -s)" = Linux ] || { say 'The lab needs Linux, since its hosts are systemd-nspawn containers; `npm test` runs everywhere.'; exit 1; }
[ "$(id -u)" = 0 ] || { say 'The lab needs root, since it boots real hosts; try `sudo make demo`, or `npm test` without root.'; exit 1; }
command -v apt-get >/dev/null 2>&1 || { say 'The lab installs its tools by apt-get, which this machine lacks: use Debian or Ubuntu.'; exit 1; }

missing=
need() { command -v "$1" >/dev/null 2>&1 || missing="$missing $2"; }
need mmdebstrap mmdebstrap
need systemd-nspawn systemd-container
need ssh openssh-client
need ip iproute2
need tinyproxy tinyproxy
need mvn maven
need javac default-jdk-headless
need curl curl
need gpgv gpgv
[ -x /usr/sbin/sshd ] || missing="$missing openssh-server"
if [ "${1:-all}" = test ]; then
  need gpg gpg
  need python3 python3
  need shellcheck shellcheck
  python3 -c 'import ensurepip, venv' 2>/dev/null || missing="$missing python3-venv"
fi
if [ -n "$missing" ]; then
  say "Installing$missing …"
  log=$(mktemp)
  # shellcheck disable=SC2086  # a list of words on purpose
  { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing; } >"$log" 2>&1 ||
    { tail -20 "$log" >&2; exit 1; }
  rm -f "$log"
fi

[ "${1:-all}" = test ] || exit 0

# Of Debian's package sources none has it.
command -v "${TERRAFORM_BINARY_NAME:-terraform}" >/dev/null 2>&1 || command -v tofu >/dev/null 2>&1 ||
  { say 'The tests of the AWS infrastructure run Terraform 1.11 or later: https://developer.hashicorp.com/terraform/install'; exit 1; }

# checkov, which checks the stacks of AWS, is installed in the cache, never in the system's Python.
checkov="${HOWDAH_CACHE:-${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/howdah}/checkov"
if ! cmp -s scripts/checkov-requirements.txt "$checkov/requirements.txt"; then
  python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
    { say "checkov, as it is pinned, needs Python 3.11 or later; this is $(python3 --version)"; exit 1; }
  say 'Installing checkov …'
  rm -rf "$checkov"
  mkdir -p "$checkov"
  python3 -m venv "$checkov"
  "$checkov/bin/pip" install --quiet --disable-pip-version-check --no-deps --require-hashes \
    -r scripts/checkov-requirements.txt >&2
  cp scripts/checkov-requirements.txt "$checkov/requirements.txt"
fi
