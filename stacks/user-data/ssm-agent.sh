#!/bin/sh
# Installs the agent of Session Manager where the image brings none, as Debian's do: Amazon's package, from the
# bucket of the region, which the endpoint of S3 in a closed subnet lets through too. Runs at the first boot by
# cloud-init; safe to run again. Nothing else waits for it.
set -u

package='https://s3.@REGION@.@SUFFIX@/amazon-ssm-@REGION@/latest/debian_@ARCH@/amazon-ssm-agent.deb'
unit=amazon-ssm-agent
# Tests run the script below a directory of their own.
root="${HOWDAH_ROOT:-}"

say() { echo "howdah-ssm-agent: $*"; }
fail() {
  say "FAILED: $*; the host can't be reached through Session Manager" >&2
  exit 1
}

# From a package, or as a snap; the latter may still be waiting to be unpacked at the first boot.
is_there() {
  for file in "$root/usr/bin/amazon-ssm-agent" "$root/snap/amazon-ssm-agent" \
    "$root"/var/lib/snapd/seed/snaps/amazon-ssm-agent_*.snap; do
    [ -e "$file" ] && return 0
  done
  return 1
}

by_python='import shutil, sys, urllib.request
with urllib.request.urlopen(sys.argv[1], timeout=20) as answer, open(sys.argv[2], "wb") as file:
    shutil.copyfileobj(answer, file)'

# One attempt takes two minutes at the most.
download() {
  if command -v curl >/dev/null 2>&1; then
    timeout 120 curl -fsS --connect-timeout 10 -o "$2" "$1"
  elif command -v wget >/dev/null 2>&1; then
    timeout 120 wget -q --tries=1 --timeout=20 -O "$2" "$1"
  elif command -v python3 >/dev/null 2>&1; then
    timeout 120 python3 -c "$by_python" "$1" "$2"
  else
    echo "there is no curl, wget or python3 to fetch it with" >&2
    return 1
  fi
}

# A download that broke off is none. Another dpkg of the first boot may hold the lock for a while.
install_package() {
  dpkg-deb --info "$1" >/dev/null 2>&1 || download "$package" "$1" || return 1
  DEBIAN_FRONTEND=noninteractive dpkg -i "$1"
}

if is_there; then
  say "the agent is there"
  exit 0
fi
command -v dpkg >/dev/null 2>&1 || fail "the image has no agent and no dpkg to install it with"
arch=$(dpkg --print-architecture)
case "$arch" in
  amd64 | arm64) ;;
  *) fail "Amazon has no package for $arch" ;;
esac
package=$(echo "$package" | sed "s|@ARCH@|$arch|")

dir=$(mktemp -d) || fail "no room for the package"
trap 'rm -rf "$dir"' EXIT
say "installing $package"
attempts=0
until install_package "$dir/agent.deb"; do
  attempts=$((attempts + 1))
  [ "$attempts" -lt "${HOWDAH_ATTEMPTS:-10}" ] || fail "$package was not installed in $attempts attempts"
  sleep "${HOWDAH_PAUSE:-10}"
done
systemctl enable "$unit" && systemctl start "$unit" || fail "$unit did not start"
say "the agent is installed and runs"
