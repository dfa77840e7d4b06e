#!/bin/sh
# Runs at the first boot of an application server, by cloud-init: fetches the installer that the operator put
# into the configuration bucket, and runs it as root. Without one the server stays as its image has it.
set -u

installer='@INSTALLER@'
region='@REGION@'
# Tests run the script below a directory of their own.
root="${HOWDAH_ROOT:-}"

say() { echo "howdah-app-server: $*"; }

if ! command -v aws >/dev/null 2>&1; then
  say "installing the AWS command line"
  apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -q -y awscli || {
    say "FAILED: no AWS command line, so $installer was not fetched" >&2
    exit 1
  }
fi

# A role is slow to spread after it was made, so the first answers may be refusals.
attempts=0
until listed=$(aws --region "$region" s3 ls "$installer" 2>&1); do
  # `s3 ls` says 1 with no text for what is not there, and more than that for what went wrong.
  if [ -z "$listed" ]; then
    say "nothing at $installer: put an executable there and start an instance refresh"
    exit 0
  fi
  attempts=$((attempts + 1))
  if [ "$attempts" -ge "${HOWDAH_ATTEMPTS:-20}" ]; then
    say "FAILED: $listed" >&2
    exit 1
  fi
  sleep "${HOWDAH_PAUSE:-6}"
done

mkdir -p "$root/usr/local/lib/howdah"
target="$root/usr/local/lib/howdah/install-app"
aws --region "$region" s3 cp --only-show-errors "$installer" "$target.new" || {
  say "FAILED: $installer could not be fetched" >&2
  exit 1
}
# A file that is whole, or none.
chmod 700 "$target.new" && mv "$target.new" "$target"
say "running $installer"
"$target"
