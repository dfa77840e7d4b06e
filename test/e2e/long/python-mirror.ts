import { mkdir, rename, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { execa } from 'execa'
import { machineMirror } from '../../../lab/machine/apt.ts'
import { DEBIAN_KEYRING } from '../../../lab/requirements.ts'
import { LIBRARY_PACKAGES, PYTHON_PACKAGES } from '../../../provisioners/artifacts/python/packages.ts'

/** Downloads the pinned packages with apt, which checks their signatures, into `dir` in the layout of Debian's mirrors. */
export async function fetchDebian11(dir: string): Promise<string> {
  const root = join(dir, 'mirror')
  const out = join(dir, 'out')
  for (const path of ['lists/partial', 'cache/archives/partial', 'out']) {
    await mkdir(join(dir, path), { recursive: true })
  }
  const mirror = await machineMirror()
  const sources = [
    `deb [signed-by=${DEBIAN_KEYRING}] ${mirror} bullseye main`,
    `deb [signed-by=${DEBIAN_KEYRING}] ${mirror.replace(/debian$/, 'debian-security')} bullseye-security main`,
  ]
  await writeFile(join(dir, 'sources.list'), `${sources.join('\n')}\n`)
  await writeFile(join(dir, 'status'), '')
  const settings = {
    'Dir::Etc::SourceList': join(dir, 'sources.list'),
    'Dir::Etc::SourceParts': '-',
    'Dir::State::Lists': join(dir, 'lists'),
    'Dir::State::Status': join(dir, 'status'),
    'Dir::Cache': join(dir, 'cache'),
    'APT::Sandbox::User': 'root',
    'APT::Architecture': 'amd64',
    'Acquire::Languages': 'none',
    'Acquire::Check-Valid-Until': 'false',
  }
  const options = Object.entries(settings).flatMap(([key, value]) => ['-o', `${key}=${value}`])
  const packages = [...PYTHON_PACKAGES, ...LIBRARY_PACKAGES].map(([path]) => path)
  const names = packages.map((path) => basename(path).split('_').slice(0, 2).join('='))
  await execa('apt-get', ['-qq', ...options, 'update'], { timeout: 300_000 })
  await execa('apt-get', ['-qq', ...options, 'download', ...names], { cwd: out, timeout: 300_000 })
  for (const path of packages) {
    await mkdir(join(root, dirname(path)), { recursive: true })
    await rename(join(out, basename(path)), join(root, path))
  }
  return root
}
