import type { Artifact, ArtifactName } from '../../artifacts/types.ts'
import type { Resource } from '../../engine/types.ts'
import { HowdahError } from '../../errors.ts'
import { archive, symlink } from '../support/resources.ts'
import type { ComponentContext } from '../types.ts'
import { HIVE, hivePaths } from './paths.ts'
import { type Repair, repairResources } from './repairs.ts'

/** An artifact that was resolved before anything is declared. Throws COMPONENT_NO_ARTIFACT (a bug). */
export function artifactOf(context: ComponentContext, name: ArtifactName): Artifact {
  const artifact = context.artifacts[name]
  if (artifact) return artifact
  throw new HowdahError({
    code: 'COMPONENT_NO_ARTIFACT',
    exit: 'unexpected',
    message: `the artifact ${name} was not resolved`,
  })
}

/** Drivers and repair jars. Hive and Sqoop share them, so just one of the two declares them on a host. */
export const extrasArchive = (component: string, context: ComponentContext): Resource =>
  archive(component, 'extras', hivePaths(context.cluster).extras, artifactOf(context, 'extras'))

/**
 * Hive up to 3.1 brings a guava from before the one that Hadoop 3.2.1 and later call into; its own class path comes
 * first, so Hadoop's code would meet the old one. Hadoop 3.4 no longer brings commons-collections 3, which Hive takes
 * from there. And of the bindings of SLF4J in Hive's own lib the one to log4j 2 is the one that its logging file is for.
 */
const SCRIPT = `
lib=$home/lib
for jar in "$lib"/guava-*.jar; do
  [ -f "$jar" ] || continue
  version=\${jar##*/guava-}
  if [ "\${version%%.*}" -lt 27 ]; then
    rm -f "$jar"
    say "removed \${jar##*/}"
  fi
done
put() {
  [ -f "$extras/repairs/$1" ] || { echo "$extras/repairs/$1 is missing" >&2; exit 1; }
  install -m 0644 "$extras/repairs/$1" "$lib/.$1.part"
  mv -f "$lib/.$1.part" "$lib/$1"
  say "added $1"
}
set -- "$lib"/guava-*.jar
if [ ! -f "$1" ]; then
  put guava-27.0-jre.jar
  put failureaccess-1.0.jar
fi
set -- "$lib"/commons-collections-3*.jar
[ -f "$1" ] || put commons-collections-3.2.2.jar
for jar in "$lib"/slf4j-log4j12-*.jar "$lib"/slf4j-reload4j-*.jar; do
  [ -f "$jar" ] || continue
  rm -f "$jar"
  say "removed \${jar##*/}"
done
`.trim()

function repair(context: ComponentContext): Repair {
  const paths = hivePaths(context.cluster)
  const { version } = paths
  return {
    component: HIVE,
    name: 'hive',
    home: version,
    conf: paths.conf,
    extras: paths.extras,
    words: [
      `${version}: ${artifactOf(context, 'hive').sha256}`,
      `${paths.extras}: ${artifactOf(context, 'extras').sha256}`,
      'guava: older than 27 is replaced by 27.0-jre, since Hadoop 3.2.1 and later call methods that it lacks',
      'commons-collections 3: added where absent, since Hadoop 3.4 no longer brings it',
      'SLF4J: one binding is left in lib, the one to log4j 2',
    ],
    script: SCRIPT,
  }
}

/** Archive, link and repairs. */
export function software(context: ComponentContext): Resource[] {
  const paths = hivePaths(context.cluster)
  return [
    extrasArchive(HIVE, context),
    archive(HIVE, 'hive', paths.version, artifactOf(context, 'hive')),
    symlink(HIVE, paths.current, paths.version, ['archive:hive']),
    ...repairResources(repair(context), ['archive:hive', 'archive:extras']),
  ]
}
