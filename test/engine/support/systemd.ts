import { type Sandbox, sandbox } from './sandbox.ts'

// A systemd of a few lines: it keeps ActiveState in files, and runs ExecStartPre as the drop-in says.
const SYSTEMCTL = `
state=$root/systemd; mkdir -p "$state"
for last in "$@"; do :; done
name=\${last%.service}
printf '%s\\n' "$*" >>"$calls"
begin() {
  if [ -e "$root/broken" ]; then mkdir -p "$root/logs"; cat "$root/broken" >>"$root/logs/nn-1.log"; echo failed >"$state/$name"; echo "Job for $name failed" >&2; exit 1; fi
  "$root/usr/local/lib/howdah/record-start" "$name"
  echo active >"$state/$name"
}
case $1 in
  show)
    case $* in *--value*)
      if [ -f "$root/etc/systemd/system/$name.service" ]; then echo loaded; else echo not-found; fi
      exit 0 ;;
    esac
    if [ -f "$root/etc/systemd/system/$name.service" ]; then echo LoadState=loaded; else echo LoadState=not-found; fi
    echo ActiveState=$(cat "$state/$name" 2>/dev/null || echo inactive)
    if [ -e "$state/$name.enabled" ]; then echo UnitFileState=enabled; else echo UnitFileState=disabled; fi
    echo MainPID=7
    echo NRestarts=$(cat "$root/restarts" 2>/dev/null || echo 0)
    if [ -e "$root/climbing" ]; then echo $(($(cat "$root/restarts" 2>/dev/null || echo 0) + 1)) >"$root/restarts"; fi ;;
  enable) : >"$state/$name.enabled" ;;
  start) if [ "$(cat "$state/$name" 2>/dev/null)" != active ]; then begin; fi ;;
  restart) begin ;;
  disable) rm -f "$state/$name" "$state/$name.enabled" ;;
esac`

/** A sandbox with a systemd of its own. */
export const withSystemd = (): Sandbox => {
  const box = sandbox()
  box.fake('systemctl', SYSTEMCTL)
  box.fake('journalctl', 'echo "namenode: Address already in use"')
  // Only root may give files away; the fake system belongs to the user who runs the tests.
  box.fake('chown', ':')
  return box
}
