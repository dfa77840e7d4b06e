import { cp, mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import { LAUNCHERS } from '../../provisioners/artifacts/recipes/recipe.ts'
import { scratch } from './support.ts'

/** In place of a JVM: prints its arguments and environment, one per line. */
const FAKE_JAVA = `#!/bin/sh
echo "CLASSPATH=$CLASSPATH"
echo "HADOOP_HOME=$HADOOP_HOME"
echo "HADOOP_CONF_DIR=$HADOOP_CONF_DIR"
for word in "$@"; do echo "ARG=$word"; done
`

export interface Started {
  readonly args: readonly string[]
  readonly classpath: readonly string[]
  readonly stdout: string
  readonly stderr: string
  readonly exitCode: number | undefined
}

export interface Home {
  readonly dir: string
  readonly hadoop: string
  readonly conf: string
  readonly env: Record<string, string>
  run(command: string, args: readonly string[], env?: Record<string, string>): Promise<Started>
}

/** The folders of jars in a release of each generation. */
const PLACES = {
  1: {
    version: '1.2.1',
    folders: ['lib', 'webapps'],
    jars: ['hadoop-core-1.2.1.jar', 'hadoop-tools-1.2.1.jar'],
  },
  2: {
    version: '2.10.2',
    folders: ['common/lib', 'hdfs/lib', 'mapreduce', 'yarn/lib', 'yarn/timelineservice', 'tools/lib'],
    jars: [],
  },
  3: {
    version: '3.4.2',
    folders: ['common/lib', 'hdfs/lib', 'mapreduce', 'yarn/lib', 'yarn/timelineservice', 'tools/lib'],
    jars: [],
  },
} as const

/** A tree as on a host: the versioned directory, the link `current`, jars in place, a fake JDK. */
export async function home(generation: 1 | 2 | 3 = 3): Promise<Home> {
  const dir = await scratch()
  const { version, folders, jars } = PLACES[generation]
  const real = join(dir, 'hadoop', version)
  for (const [product, target] of [
    ['hadoop-shared', real],
    [`hadoop${generation}`, real],
    ['hive', join(dir, 'hive')],
    ['sqoop', join(dir, 'sqoop')],
  ] as const)
    await cp(join(LAUNCHERS, product), target, { recursive: true })
  for (const folder of folders)
    await mkdir(join(real, generation === 1 ? '' : 'share/hadoop', folder), { recursive: true })
  for (const jar of jars) await writeFile(join(real, jar), '')
  await symlink(real, join(dir, 'hadoop/current'))
  await mkdir(join(dir, 'jdk/bin'), { recursive: true })
  await writeFile(join(dir, 'jdk/bin/java'), FAKE_JAVA, { mode: 0o755 })
  const conf = join(dir, 'conf')
  await mkdir(conf)
  const env = { PATH: '/usr/bin:/bin', JAVA_HOME: join(dir, 'jdk'), HADOOP_CONF_DIR: conf }
  const run: Home['run'] = async (command, args, more = {}) => {
    const result = await execa(join(dir, command), args, {
      env: { ...env, ...more },
      extendEnv: false,
      reject: false,
    })
    const lines = result.stdout.split('\n')
    const classpath = lines.find((line) => line.startsWith('CLASSPATH='))?.slice(10)
    return {
      args: lines.filter((line) => line.startsWith('ARG=')).map((line) => line.slice(4)),
      classpath: classpath?.split(':') ?? [],
      stdout: result.stdout,
      stderr: result.stderr,
      exitCode: result.exitCode,
    }
  }
  return { dir, hadoop: join(dir, 'hadoop/current'), conf, env, run }
}
