import { execa } from 'execa'
import { expect, test } from 'vitest'
import { defaultCacheDir } from '../../../provisioners/artifacts/cache.ts'
import { EXTRAS_VERSION } from '../../../provisioners/artifacts/layout.ts'
import { mavenProvider } from '../../../provisioners/artifacts/recipes/maven.ts'
import type { ArtifactRequest } from '../../../provisioners/artifacts/types.ts'
import { newContext } from '../../artifacts/support.ts'

/** Assembles in a cache of the test. The local Maven repository saves the downloads. */
const cases: readonly (readonly [ArtifactRequest, readonly string[]])[] = [
  [
    { name: 'hadoop', version: '3.4.2' },
    [
      'hadoop-3.4.2/bin/hdfs',
      'hadoop-3.4.2/etc/hadoop/log4j.properties',
      'hadoop-3.4.2/share/hadoop/common/hadoop-common-3.4.2.jar',
      'hadoop-3.4.2/share/hadoop/common/lib/slf4j-reload4j-1.7.36.jar',
      'hadoop-3.4.2/share/hadoop/hdfs/webapps/hdfs/dfshealth.html',
      'hadoop-3.4.2/share/hadoop/mapreduce/hadoop-mapreduce-examples-3.4.2.jar',
      'hadoop-3.4.2/share/hadoop/tools/lib/hadoop-streaming-3.4.2.jar',
      'hadoop-3.4.2/share/hadoop/yarn/timelineservice/hadoop-yarn-server-timelineservice-3.4.2.jar',
    ],
  ],
  [
    { name: 'hive', version: '3.1.3' },
    [
      'apache-hive-3.1.3-bin/bin/schematool',
      'apache-hive-3.1.3-bin/lib/guava-19.0.jar',
      'apache-hive-3.1.3-bin/lib/hive-exec-3.1.3.jar',
      'apache-hive-3.1.3-bin/scripts/metastore/upgrade/mysql/hive-schema-3.1.0.mysql.sql',
    ],
  ],
  [
    { name: 'sqoop', version: '1.4.7' },
    [
      'sqoop-1.4.7.bin__hadoop-2.6.0/bin/sqoop',
      'sqoop-1.4.7.bin__hadoop-2.6.0/lib/avro-1.8.1.jar',
      'sqoop-1.4.7.bin__hadoop-2.6.0/sqoop-1.4.7.jar',
    ],
  ],
  [
    { name: 'extras', version: EXTRAS_VERSION },
    [
      `howdah-extras-${EXTRAS_VERSION}/drivers/mariadb-java-client-3.4.1.jar`,
      `howdah-extras-${EXTRAS_VERSION}/repairs/commons-cli-1.5.0.jar`,
    ],
  ],
]

test.each(cases)('Maven assembles %o, the same bytes every time', async (request, wanted) => {
  const context = await newContext()
  const fresh = await mavenProvider().fetch(request, context)
  const { stdout } = await execa('tar', ['-tzf', fresh.file])
  const names = new Set(stdout.split('\n'))
  for (const name of wanted) expect(names, name).toContain(name)
  if (request.name === 'hive') expect(stdout).not.toMatch(/lib\/hadoop-/)
  expect(context.events.some((event) => event.type === 'progress')).toBe(true)

  // Maven cannot run now, so the second result must come from the cache.
  expect(await mavenProvider({ command: '/no/mvn' }).fetch(request, context)).toEqual(fresh)

  // The cache of the lab has what these sources make.
  const kept = await mavenProvider().fetch(request, { ...context, cacheDir: defaultCacheDir(), verify: true })
  expect(kept.sha256).toBe(fresh.sha256)
})

/** Older generations: only the result, from the cache if it was made before. */
const older: readonly (readonly [ArtifactRequest, readonly string[], RegExp])[] = [
  [
    { name: 'hadoop', version: '1.2.1' },
    [
      'bin/hadoop',
      'hadoop-core-1.2.1.jar',
      'hadoop-examples-1.2.1.jar',
      'contrib/streaming/hadoop-streaming-1.2.1.jar',
      'lib/reload4j-1.2.18.3.jar',
      'webapps/job/WEB-INF/web.xml',
    ],
    /jsp-2\.1-6/,
  ],
  [
    { name: 'hadoop', version: '2.10.2' },
    [
      'bin/yarn',
      'share/hadoop/hdfs/webapps/hdfs/dfshealth.html',
      'share/hadoop/mapreduce/hadoop-mapreduce-examples-2.10.2.jar',
      'share/hadoop/tools/lib/hadoop-streaming-2.10.2.jar',
      'share/hadoop/yarn/timelineservice/hadoop-yarn-server-timelineservice-2.10.2.jar',
    ],
    /hadoop-hdfs-2\.10\.2-tests/,
  ],
  [{ name: 'hive', version: '0.11.0' }, ['bin/hive', 'lib/hive-exec-0.11.0.jar'], /lib\/(hadoop|log4j)-/],
  [
    { name: 'hive', version: '1.2.2' },
    ['lib/hive-exec-1.2.2.jar', 'scripts/metastore/upgrade/mysql/hive-schema-1.2.0.mysql.sql'],
    /hive-schema-3|lib\/(hadoop|log4j)-/,
  ],
  [
    { name: 'hive', version: '2.3.9' },
    ['lib/hive-exec-2.3.9.jar', 'scripts/metastore/upgrade/mysql/hive-schema-2.3.0.mysql.sql'],
    /hive-schema-3|lib\/hadoop-/,
  ],
  [
    { name: 'sqoop', version: '1.4.5', hadoop: '1.2.1' },
    ['sqoop-1.4.5.jar', 'lib/avro-1.5.3.jar'],
    /hadoop100/,
  ],
  [
    { name: 'sqoop', version: '1.4.6', hadoop: '1.2.1' },
    ['sqoop-1.4.6.jar', 'lib/avro-1.7.5.jar'],
    /hadoop100\.jar/,
  ],
]

test.each(older)('Maven assembles %o in the layout of its generation', async (request, wanted, unwanted) => {
  const context = { ...(await newContext()), cacheDir: defaultCacheDir() }
  const artifact = await mavenProvider().fetch(request, context)
  const { stdout } = await execa('tar', ['-tzf', artifact.file])
  const root = artifact.fileName.replace(/\.tar\.gz$/, '')
  const names = new Set(stdout.split('\n'))
  for (const name of wanted) expect(names, name).toContain(`${root}/${name}`)
  expect(stdout).not.toMatch(unwanted)
})
