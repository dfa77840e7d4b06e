import type { JdkMajor } from '../../config/types.ts'
import { sh } from '../../shell.ts'

/**
 * Shell that prints `java=ok`, `java=absent`, or `java=` with an error. It runs the JVM, because a tree for another
 * processor or for another C library only fails when it runs.
 */
export function probeJava(jdk: {
  readonly home: string
  readonly major: JdkMajor
  readonly compiler: boolean
}): string {
  const { home, major, compiler } = jdk
  return (
    sh`home=${home} want=${major} compiler=${compiler ? 'yes' : 'no'}` +
    `
say() { printf 'java=%s\\n' "$1"; exit 0; }
[ -e "$home" ] || say absent
[ -x "$home/bin/java" ] || say "$home/bin/java is not a program"
text=$("$home/bin/java" -version 2>&1) || say "$home/bin/java does not run: $(printf '%s' "$text" | head -n 1 | tr -d '\\r')"
# Three forms of the same: 1.8.0_412, 11.0.23, 21.
version=$(printf '%s\\n' "$text" | sed -n 's/^[A-Za-z]* version "\\([^"]*\\)".*/\\1/p' | head -n 1)
case $version in
  1.*) major=\${version#1.}; major=\${major%%.*} ;;
  *) major=\${version%%[!0-9]*} ;;
esac
[ "$major" = "$want" ] || say "it is JDK \${major:-of an unknown version}, not $want"
if [ "$compiler" = yes ] && [ ! -x "$home/bin/javac" ]; then
  say 'it is a JRE: bin/javac is missing, which Sqoop and howdah verify need'
fi
say ok
`
  )
}
