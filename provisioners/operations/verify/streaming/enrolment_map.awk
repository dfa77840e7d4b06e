# Mapper: from a line of a tracking log to `course TAB user id TAB time TAB action` (1 activated, 0 deactivated).
# Run as LC_ALL=C awk -v from=DAY -v to=DAY. A malformed line is counted and skipped.
# Parses all of the JSON, so that a truncated line is never used as an event.

function blanks() { while (index(" \t\r", substr(TEXT, AT, 1)) && AT <= LAST) AT++ }

# Parses the string whose first quote is at AT. Its decoded value is in VALUE.
function string(   rest, length_) {
  rest = substr(TEXT, AT)
  if (!match(rest, /^"([^"\\]|\\.)*"/)) return 0
  length_ = RLENGTH
  VALUE = substr(rest, 2, length_ - 2)
  if (index(VALUE, "\\")) VALUE = unescape(VALUE)
  AT += length_
  return 1
}

function unescape(text,   out, at, mark, unit, low) {
  out = ""
  while ((at = index(text, "\\")) > 0) {
    out = out substr(text, 1, at - 1)
    mark = substr(text, at + 1, 1)
    text = substr(text, at + 2)
    if (mark == "u") {
      unit = hex(substr(text, 1, 4))
      text = substr(text, 5)
      if (unit >= 55296 && unit < 56320 && substr(text, 1, 2) == "\\u") {
        low = hex(substr(text, 3, 4))
        if (low >= 56320 && low < 57344) {
          unit = 65536 + (unit - 55296) * 1024 + low - 56320
          text = substr(text, 7)
        }
      }
      out = out utf8(unit)
    } else if (mark in PLAIN) out = out PLAIN[mark]
    else out = out mark
  }
  return out text
}

function hex(digits,   i, value) {
  value = 0
  digits = tolower(digits)
  for (i = 1; i <= length(digits); i++) value = value * 16 + index("0123456789abcdef", substr(digits, i, 1)) - 1
  return value
}

function utf8(code) {
  if (code < 128) return sprintf("%c", code)
  if (code < 2048) return sprintf("%c%c", 192 + int(code / 64), 128 + code % 64)
  if (code < 65536)
    return sprintf("%c%c%c", 224 + int(code / 4096), 128 + int(code / 64) % 64, 128 + code % 64)
  return sprintf("%c%c%c%c", 240 + int(code / 262144), 128 + int(code / 4096) % 64, \
    128 + int(code / 64) % 64, 128 + code % 64)
}

# Parses the value at AT. FOUND has strings and numbers by their path, KIND has their types.
function value(path,   mark) {
  blanks()
  mark = substr(TEXT, AT, 1)
  if (mark == "{") return object(path)
  if (mark == "[") return list(path)
  if (mark == "\"") {
    if (!string()) return 0
    FOUND[path] = VALUE
    KIND[path] = "string"
    return 1
  }
  if (!match(substr(TEXT, AT, 40), /^(-?[0-9]+(\.[0-9]+)?([eE][-+]?[0-9]+)?|true|false|null)/)) return 0
  FOUND[path] = substr(TEXT, AT, RLENGTH)
  KIND[path] = "bare"
  AT += RLENGTH
  return 1
}

function object(path,   key, mark) {
  AT++
  KIND[path] = "object"
  blanks()
  if (substr(TEXT, AT, 1) == "}") { AT++; return 1 }
  while (1) {
    blanks()
    if (substr(TEXT, AT, 1) != "\"" || !string()) return 0
    key = path "." VALUE
    blanks()
    if (substr(TEXT, AT, 1) != ":") return 0
    AT++
    if (!value(key)) return 0
    blanks()
    mark = substr(TEXT, AT, 1)
    AT++
    if (mark == "}") return 1
    if (mark != ",") return 0
  }
}

function list(path,   mark) {
  AT++
  KIND[path] = "list"
  blanks()
  if (substr(TEXT, AT, 1) == "]") { AT++; return 1 }
  while (1) {
    if (!value(path "[]")) return 0
    blanks()
    mark = substr(TEXT, AT, 1)
    AT++
    if (mark == "]") return 1
    if (mark != ",") return 0
  }
}

function read(text, path) {
  TEXT = text
  AT = 1
  LAST = length(text)
  if (!value(path)) return 0
  blanks()
  return AT > LAST && KIND[path] == "object"
}

BEGIN {
  PLAIN["n"] = "\n"; PLAIN["t"] = "\t"; PLAIN["r"] = "\r"; PLAIN["b"] = "\b"; PLAIN["f"] = "\f"
  malformed = lines = 0
}

{
  lines++
  split("", FOUND)
  split("", KIND)
  if (!read($0, "")) { malformed++; next }
  type = FOUND[".event_type"]
  if (KIND[".event_type"] != "string" || KIND[".username"] != "string" || KIND[".time"] != "string") next
  if (type == "edx.course.enrollment.activated") action = 1
  else if (type == "edx.course.enrollment.deactivated") action = 0
  else next
  time = FOUND[".time"]
  day = substr(time, 1, 10)
  if (time !~ /^[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T/ || day < from || day >= to) next
  # Some versions of the LMS wrote the payload as a string that contains JSON.
  if (KIND[".event"] == "string" && !read(FOUND[".event"], ".event")) next
  course = FOUND[".event.course_id"]
  user = FOUND[".event.user_id"]
  if (KIND[".event.course_id"] != "string" || course == "" || course ~ /[\t\n]/ || user !~ /^[0-9]+$/) next
  print course "\t" user "\t" time "\t" action
}

END {
  # A streaming task increments the counters of the job with these lines.
  print "reporter:counter:Tracking,Lines," lines > "/dev/stderr"
  print "reporter:counter:Tracking,Malformed," malformed > "/dev/stderr"
}
