#!/bin/sh
# Puts a file system on the blank data volumes of this host and mounts them by UUID. Runs at the first boot by
# cloud-init; safe to run again, also for a volume attached later:
#   sudo howdah-data-volumes "/data/3 vol-0123456789abcdef0 /dev/sdh"
# A volume that holds anything at all is never formatted.

volumes='@VOLUMES@'
wait_seconds=600

# Tests run the script below a directory of their own.
root="$HOWDAH_ROOT"
[ -z "$HOWDAH_WAIT" ] || wait_seconds="$HOWDAH_WAIT"
[ $# -eq 0 ] || volumes="$1"

say() { echo "howdah-data-volumes: $*"; }
refuse() {
  say "REFUSED: $*" >&2
  return 1
}

# By its volume id on Nitro instances, by the device's name on Xen ones.
find_device() {
  id=$(echo "$1" | tr -d -)
  xen="/dev/xvd$(echo "$2" | sed 's|^/dev/sd||')"
  for candidate in "/dev/disk/by-id/nvme-Amazon_Elastic_Block_Store_$id" "$2" "$xen"; do
    if [ -e "$root$candidate" ]; then
      echo "$root$candidate"
      return 0
    fi
  done
  return 1
}

# Volumes are attached after the host was started, so the first boot has to wait for them.
await_device() {
  waited=0
  until find_device "$1" "$2"; do
    [ "$waited" -lt "$wait_seconds" ] || return 1
    sleep 2
    waited=$((waited + 2))
  done
}

# blkid says 2 for a blank device and also for one it can't read, so the first mebibyte is read as well.
is_blank() {
  blkid -p "$1" >/dev/null 2>&1
  [ $? -eq 2 ] && cmp -s -n 1048576 "$1" /dev/zero
}

remember() {
  present=$(awk -v at="$2" '$1 !~ /^#/ && $2 == at { print $1 }' "$root/etc/fstab")
  if [ -z "$present" ]; then
    # The line is written whole or not at all.
    { cat "$root/etc/fstab" && echo "UUID=$1 $2 $3 defaults,noatime,nofail,x-systemd.device-timeout=30s 0 2"; } \
      > "$root/etc/fstab.howdah" && chmod 644 "$root/etc/fstab.howdah" \
      && mv "$root/etc/fstab.howdah" "$root/etc/fstab"
  elif [ "$present" != "UUID=$1" ]; then
    refuse "/etc/fstab mounts $present at $2, not this volume (UUID $1)"
  fi
}

put() {
  at="$1" volume="$2" name="$3"
  if mountpoint -q "$root$at"; then
    say "$at is mounted"
    return 0
  fi
  device=$(await_device "$volume" "$name") || refuse "$volume did not appear within $wait_seconds s" || return 1
  if is_blank "$device"; then
    say "$volume is blank: formatting it for $at"
    mkfs.ext4 -q -m 1 "$device" || refuse "$volume could not be formatted" || return 1
  fi
  type=$(blkid -p -s TYPE -o value "$device")
  uuid=$(blkid -p -s UUID -o value "$device")
  case "$type" in
    ext4 | xfs) ;;
    *) refuse "$volume holds '$type' and no ext4 or xfs file system; it is left as it is" || return 1 ;;
  esac
  mkdir -p "$root$at"
  if [ -n "$(ls -A "$root$at")" ]; then
    refuse "$at is not empty and nothing is mounted there" || return 1
  fi
  remember "$uuid" "$at" "$type" || return 1
  mount "$root$at" && say "$volume is mounted at $at"
}

[ -z "$root" ] && [ -f "$0" ] && [ "$0" != /usr/local/sbin/howdah-data-volumes ] &&
  install -m 755 "$0" /usr/local/sbin/howdah-data-volumes

failed=0
while read -r at volume name; do
  [ -n "$at" ] || continue
  put "$at" "$volume" "$name" || failed=1
done <<LIST
$volumes
LIST
exit "$failed"
