# Reducer: the events of a course and user, in order of time, to a row of each day from the first activation to the
# interval's end: `date TAB course TAB user id TAB enrolled at the day's end TAB change on the day`.
# Run as LC_ALL=C awk -v days=DAY,DAY,… (all days of the interval, in order).

# Days before `day` are over: what stood at the end of the last one stands for each of them.
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
  # Who leaves without having come was enrolled before the interval.
  if ($4 == 1) { state = 1; ever = 1 } else state = 0
}

END { finish() }
