import { tmpdir } from 'node:os'
import { expect, it } from 'vitest'
import { loadCluster } from '../../provisioners/config/index.ts'
import { BASE, problemsOf } from './support.ts'

it('a cluster.yml that is a directory cannot be read', async () => {
  const file = tmpdir()
  await expect(loadCluster(file)).rejects.toMatchObject({
    code: 'SPEC_FILE_UNREADABLE',
    exitCode: 10,
    message: `${file} can't be read (EISDIR)`,
    details: { where: file, next: `ls -l ${file}` },
  })
})

it.each([
  ['seed', 'resourcemanager', 'write jobtracker, or another versions.hadoop'],
  ['seed', 'jobhistory', 'write jobtracker, or another versions.hadoop'],
  ['stable', 'tasktracker', 'write nodemanager, or another versions.hadoop'],
])('the generation of %s has no %s', (profile, role, next) => {
  const text = BASE.replace('[master]', `[master, ${role}]`).concat(`versions: {profile: ${profile}}\n`)
  const { errors } = problemsOf(text)
  expect(errors[0]).toMatchObject({
    code: 'SPEC_ROLE_GENERATION',
    exitCode: 10,
    details: { found: role, next },
  })
})
