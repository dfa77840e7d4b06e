# Reducer: from the events of a course and user, in order of time, to a row for each day from the first activation to the
# end of the interval: `date TAB course TAB user id TAB enrolled at the end of the day TAB change on the day`.
# Run as LC_ALL=C awk -v days=DAY,DAY,… (all days of the interval, in order).

# Prints the days before `day`. Each has the state at the end of the last event before it.
function flush_before(day) {
  while (at <= total && DAYS[at] < day) {
    if (ever) print DAYS[at] "\t" course "\t" user "\t" state "\t" (state - before)
    before = state
    at++
  }
}

function finish() { if (course != "") flush_before("9999") }

BEGIN {
  FS = "\t"
  total = split(days, DAYS, ",")
  course = user = ""
}

{
  if ($1 != course || $2 != user) {
    finish()
    course = $1
    user = $2
    at = 1
    state = before = ever = 0
  }
  flush_before(substr($3, 1, 10))
  # A deactivation without an activation: the user was enrolled before the interval.
  if ($4 == 1) { state = 1; ever = 1 } else state = 0
}

END { finish() }
