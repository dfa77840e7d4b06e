/** How much of a failing step's output is kept: half of it from its beginning, half from its end. */
export const OUTPUT_BYTES = 65_536
/** There is room for the line between them. */
const HALF = OUTPUT_BYTES / 2 - 64

/** Time for the last output to arrive after a step has ended. A process that the step left behind may still hold it. */
const DRAIN_SECONDS = 5

/**
 * Shell that keeps the head and the tail of what a step prints, so that a flood takes neither memory nor disk.
 * `howdah_keep PIPE` reads until the last writer ends, and holds a lock as long. `howdah_kept PIPE` prints what it kept.
 * Nobody waits for it after a step that succeeds, since a process that the step left behind may keep the pipe open. So it
 * makes all of its files before the step can begin: one that came later would stay, when the batch has removed the rest.
 */
export const STEP_OUTPUT = `
howdah_keep() {
  exec 3>"$1.head" 4>"$1.tail" 5>"$1.count" 6>"$1.lock"
  flock 6
  exec <"$1"
  head -c ${HALF} >&3
  LC_ALL=C dd bs=65536 2>&5 | tail -c ${HALF} >&4
}
howdah_kept() {
  flock -w ${DRAIN_SECONDS} "$1.lock" true
  cat "$1.head"
  rest=$(tail -n 1 "$1.count")
  rest=\${rest%% *}
  case $rest in '' | *[!0-9]*) rest=0 ;; esac
  if [ "$rest" -gt ${HALF} ]; then printf '\\n[%s bytes left out by Howdah]\\n' "$((rest - ${HALF}))"; fi
  cat "$1.tail"
}
`.trim()
