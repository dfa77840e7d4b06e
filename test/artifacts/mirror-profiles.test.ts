import { expect, test } from 'vitest'
import { mirrorProvider } from '../../provisioners/artifacts/fetch/mirror.ts'
import type { ArtifactRequest } from '../../provisioners/artifacts/types.ts'
import { blob, digest, newContext, refusal, serve } from './support.ts'

const HADOOP_1 = 'hadoop/common/hadoop-1.2.1/hadoop-1.2.1.tar.gz'
const HADOOP_3 = 'hadoop/common/hadoop-3.4.2/hadoop-3.4.2.tar.gz'
const HIVE_3 = 'hive/hive-3.1.3/apache-hive-3.1.3-bin.tar.gz'
const SQOOP_7 = 'sqoop/1.4.7/sqoop-1.4.7.bin__hadoop-2.6.0.tar.gz'

/** Versions of each profile, and where Apache has them. */
const PROFILES = {
  seed: {
    versions: ['1.2.1', '0.11.0', '1.4.5'],
    paths: [
      HADOOP_1,
      'hive/hive-0.11.0/hive-0.11.0-bin.tar.gz',
      'sqoop/1.4.5/sqoop-1.4.5.bin__hadoop-1.0.0.tar.gz',
    ],
  },
  classic: {
    versions: ['1.2.1', '1.2.2', '1.4.6'],
    paths: [
      HADOOP_1,
      'hive/hive-1.2.2/apache-hive-1.2.2-bin.tar.gz',
      'sqoop/1.4.6/sqoop-1.4.6.bin__hadoop-1.0.0.tar.gz',
    ],
  },
  legacy: {
    versions: ['2.10.2', '2.3.9', '1.4.7'],
    paths: [
      'hadoop/common/hadoop-2.10.2/hadoop-2.10.2.tar.gz',
      'hive/hive-2.3.9/apache-hive-2.3.9-bin.tar.gz',
      SQOOP_7,
    ],
  },
  stable: { versions: ['3.4.2', '3.1.3', '1.4.7'], paths: [HADOOP_3, HIVE_3, SQOOP_7] },
  modern: { versions: ['3.4.2', '3.1.3', '1.4.7'], paths: [HADOOP_3, HIVE_3, SQOOP_7] },
} as const

const requestsOf = ([hadoop, hive, sqoop]: readonly [string, string, string]): readonly ArtifactRequest[] => [
  { name: 'hadoop', version: hadoop },
  { name: 'hive', version: hive },
  { name: 'sqoop', version: sqoop, hadoop },
]

/** Newer releases on the current host, all of them on the archive, as Apache keeps them. */
async function apache(paths: readonly string[]) {
  const files = paths.flatMap((path, i) => {
    const data = blob(1000 + i)
    return [
      [`/dist/${path}`, data],
      [`/dist/${path}.sha256`, digest(data, 'sha256')],
    ] as const
  })
  const archive = await serve(Object.fromEntries(files))
  const current = await serve({})
  return { archive, mirrors: [`${current.url}/dist`, `${archive.url}/dist`] }
}

test.each(Object.entries(PROFILES))(
  '%s: each artifact is found at the path of Apache, on the archive where the first host has it not',
  async (_profile, { versions, paths }) => {
    const { archive, mirrors } = await apache(paths)
    const context = await newContext()
    for (const [i, request] of requestsOf(versions).entries()) {
      const artifact = await mirrorProvider(mirrors).fetch(request, context)
      expect(artifact).toMatchObject({ layoutPath: paths[i], origin: `${archive.url}/dist/${paths[i]}` })
      expect(artifact.sha256).toBe(digest(blob(1000 + i), 'sha256'))
    }
  },
)

test('Sqoop before 1.4.7 beside Hadoop 2 is another file than beside Hadoop 1', async () => {
  const { mirrors } = await apache(PROFILES.classic.paths)
  const request = { name: 'sqoop', version: '1.4.6', hadoop: '2.10.2' } as const
  const error = await refusal(mirrorProvider(mirrors).fetch(request, await newContext()))
  expect(error.message).toContain('sqoop-1.4.6.bin__hadoop-2.0.4-alpha.tar.gz')
})

test('an older release has its hashes in one .mds; the strongest that is known counts', async () => {
  const data = blob(5000)
  const groups = (hex: string) => (hex.toUpperCase().match(/.{8}/g) ?? []).join(' ')
  const mds = (sha512: string) =>
    [
      `hadoop-1.2.1.tar.gz:    MD5 = ${'8D '.repeat(16).trim()}`,
      `hadoop-1.2.1.tar.gz: SHA256 = ${groups(digest(data, 'sha256')).slice(0, 35)}`,
      `                               ${groups(digest(data, 'sha256')).slice(36)}`,
      `hadoop-1.2.1.tar.gz: SHA512 = ${groups(sha512)}`,
      '',
    ].join('\n')
  const request = { name: 'hadoop', version: '1.2.1' } as const
  const good = await serve({ [`/${HADOOP_1}`]: data, [`/${HADOOP_1}.mds`]: mds(digest(data)) })
  expect((await mirrorProvider([good.url]).fetch(request, await newContext())).bytes).toBe(data.length)
  const bad = await serve({ [`/${HADOOP_1}`]: data, [`/${HADOOP_1}.mds`]: mds(digest('another')) })
  const error = await refusal(mirrorProvider([bad.url]).fetch(request, await newContext()))
  expect(error).toMatchObject({ code: 'ARTIFACT_CHECKSUM', exitCode: 13 })
})
