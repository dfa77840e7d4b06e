import type { Host, JdkMajor, JdkSource } from '../../config/types.ts'
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

function installation(major: JdkMajor, source: JdkSource, context: ComponentContext): Resource[] {
  if (source.kind === 'path') return []
  if (source.kind === 'package') {
    return [{ type: 'package', id: jdkId(context.cluster, major), component: NAME, names: [source.name] }]
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
      return [javaFact(host, major, source, context), ...installation(major, source, context)]
    }),
  symptoms: javaSymptoms,
}
