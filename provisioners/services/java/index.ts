import type { Host, JdkMajor, JdkSource } from '../../config/types.ts'
import { buildFor } from '../../config/versions/jdk-builds.ts'
import type { Fact, Resource } from '../../engine/types.ts'
import { HowdahError } from '../../errors.ts'
import { javaUsersOn, jdkId, jdkOf, jdksOn } from '../support/java.ts'
import { archive } from '../support/resources.ts'
import type { ComponentContext, Service } from '../types.ts'
import { probeJava } from './probe-java.ts'
import { javaSymptoms } from './symptoms.ts'

const NAME = 'java'

/** Sqoop compiles classes for the records that it moves, so a JRE is not enough. */
const needsCompiler = (host: Host, major: JdkMajor, context: ComponentContext): boolean =>
  javaUsersOn(context.cluster, host).includes('sqoop') && context.cluster.java.use.sqoop === major

function javaFact(host: Host, major: JdkMajor, source: JdkSource, context: ComponentContext): Fact {
  const compiler = needsCompiler(host, major, context)
  const there = source.kind === 'path'
  return {
    type: 'fact',
    id: `fact:java-${major}`,
    component: NAME,
    title: `JDK ${major} at ${source.home}`,
    script: probeJava({ home: source.home, major, compiler }),
    must: [
      {
        key: 'java',
        // A package or a tarball may not be installed yet, but a JDK that exists must be right.
        oneOf: there ? ['ok'] : ['ok', 'absent'],
        message: there
          ? `No Java on the host ${host.name}: ${source.home}: {value}`
          : `the JDK at ${source.home} on ${host.name} is not JDK ${major}: {value}`,
        next: there
          ? `install a JDK ${major} there, or write java.jdks.${major} with \`package\` or \`tarball\` instead of \`path\``
          : `remove it, or write the right directory in java.jdks.${major}.path`,
      },
    ],
  }
}

/** A tarball of another processor's build is refused before it is sent. */
function processorFact(host: Host, major: JdkMajor, source: JdkSource): Fact[] {
  if (source.kind !== 'tarball' || source.processor === undefined) return []
  const other = buildFor(major, source.processor === 'x86_64' ? 'aarch64' : 'x86_64')
  return [
    {
      type: 'fact',
      id: `fact:java-${major}-processor`,
      component: NAME,
      title: `processor for JDK ${major}`,
      script: `printf 'processor=%s\\n' "$(uname -m)"`,
      must: [
        {
          key: 'processor',
          oneOf: [source.processor],
          message: `the tarball of JDK ${major} is for ${source.processor}, and ${host.name} has another processor: {value}`,
          next: other
            ? `for ${other.processor}, write in cluster.yml java: {jdks: {${major}: {tarball: '${other.url}'}}}`
            : `write java.jdks.${major} with a tarball and its sha256, or with a package`,
        },
      ],
    },
  ]
}

function installation(major: JdkMajor, source: JdkSource, context: ComponentContext): Resource[] {
  if (source.kind === 'path') return []
  if (source.kind === 'package') {
    return [
      {
        ...{ type: 'package', id: jdkId(context.cluster, major), component: NAME, names: [source.name] },
        alternatives: [`temurin-${major}-jdk`, 'default-jdk-headless'],
        next: `in cluster.yml, write java.jdks.${major} with a package of JDK ${major} that the lists have, or with \`tarball\` and \`sha256\`; or choose another JDK (java.hadoop, java.hive, java.sqoop)`,
      },
    ]
  }
  const artifact = context.jdkArtifacts[major]
  if (!artifact) {
    throw new HowdahError({
      code: 'COMPONENT_NO_ARTIFACT',
      exit: 'unexpected',
      message: `the tarball of JDK ${major} was not resolved`,
    })
  }
  return [archive(NAME, `jdk-${major}`, source.home, artifact)]
}

/** The JDKs that a host needs; no resources on a host that needs none. */
export const java: Service = {
  name: NAME,
  needs: ['software'],
  resources: (host, context) =>
    jdksOn(context.cluster, host).flatMap((major) => {
      const source = jdkOf(context.cluster, major)
      return [
        javaFact(host, major, source, context),
        ...processorFact(host, major, source),
        ...installation(major, source, context),
      ]
    }),
  symptoms: javaSymptoms,
}
