/**
 * A JDK 8 as a self-contained tarball. Hive 3.1 and Sqoop need one, and Debian has it in sid only; the JDK of sid's
 * packages runs on trixie too.
 */
import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { z } from 'zod'
import { hashFile } from '../../provisioners/artifacts/hash.ts'
import { withLock } from '../../provisioners/artifacts/lock.ts'
import { HowdahError } from '../../provisioners/errors.ts'
import type { Reporter } from '../../provisioners/events.ts'
import { machineMirror } from '../machine/apt.ts'
import { ensureBase } from '../machine/base.ts'
import { labCache } from '../names.ts'
import { checkRequirements, DEBIAN_KEYRING } from '../requirements.ts'
import { run } from '../run.ts'
import { makeStandalone } from './jdk8-tree.ts'

const PACKAGES = ['openjdk-8-jdk-headless', 'openjdk-8-jre-headless']
/** Increase it when the packing changes. */
const RECIPE = 1

const record = z.object({
  recipe: z.literal(RECIPE),
  fileName: z.string().regex(/^jdk-8u\d+\.tar\.gz$/),
  sha256: z.string(),
  bytes: z.number(),
  version: z.string(),
})

export interface JdkTarball {
  readonly file: string
  readonly sha256: string
  readonly bytes: number
  /** `8u504` */
  readonly version: string
}

/**
 * The JDK 8 tarball, from the cache (checked against its hash) or made now. It has one directory at the top,
 * `jdk-<version>`, and no links to files outside. Throws LAB_* errors.
 */
export async function labJdk8(
  cacheDir: string | undefined,
  report: Reporter,
  signal?: AbortSignal,
): Promise<JdkTarball> {
  await checkRequirements()
  const cache = labCache(cacheDir)
  await mkdir(cache, { recursive: true })
  const known = await cached(cache)
  if (known !== undefined) return known
  const base = await ensureBase('trixie', undefined, report, signal)
  return withLock(
    join(cache, 'jdk8.lock'),
    async () => (await cached(cache)) ?? (await make(cache, base, report, signal)),
    signal,
  )
}

async function cached(cache: string): Promise<JdkTarball | undefined> {
  const text = await readFile(join(cache, 'jdk8.json'), 'utf8').catch(() => '{}')
  const known = record.safeParse(JSON.parse(text)).data
  if (known === undefined) return undefined
  const file = join(cache, known.fileName)
  const size = await stat(file).then(
    (found) => found.size,
    () => -1,
  )
  if (size !== known.bytes || (await hashFile(file, 'sha256')) !== known.sha256) return undefined
  return { file, sha256: known.sha256, bytes: known.bytes, version: known.version }
}

async function make(
  cache: string,
  base: string,
  report: Reporter,
  signal?: AbortSignal,
): Promise<JdkTarball> {
  report({ type: 'phase', title: 'Fetching JDK 8 from Debian sid (once)' })
  const dir = await mkdtemp(join(cache, 'jdk8.part-'))
  try {
    const packages = await fetchPackages(dir, signal)
    const version = versionOf(packages[0] ?? '')
    const tree = join(dir, 'tree')
    for (const deb of packages) await run('dpkg-deb', ['--extract', deb, tree], { signal })
    const home = join(dir, `jdk-${version}`)
    await makeStandalone(tree, home, await readFile(join(base, 'etc/ssl/certs/ca-certificates.crt'), 'utf8'))
    await checkJdk(home, base, version, signal)
    const tarball = join(dir, `jdk-${version}.tar.gz`)
    await pack(home, tarball, signal)
    return await moveToCache(cache, tarball, version)
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
}

/** Uses apt with separate lists, so that this machine's do not change; apt checks the signatures as always. */
async function fetchPackages(dir: string, signal?: AbortSignal): Promise<string[]> {
  const [lists, cache, out] = [join(dir, 'lists'), join(dir, 'cache'), join(dir, 'out')]
  await mkdir(join(lists, 'partial'), { recursive: true })
  await mkdir(join(cache, 'archives/partial'), { recursive: true })
  await mkdir(out)
  const [sources, status] = [join(dir, 'sid.list'), join(dir, 'status')]
  await writeFile(sources, `deb [signed-by=${DEBIAN_KEYRING}] ${await machineMirror()} sid main\n`)
  await writeFile(status, '')
  const settings = {
    'Dir::Etc::SourceList': sources,
    'Dir::Etc::SourceParts': '-',
    'Dir::State::Lists': lists,
    'Dir::State::Status': status,
    'Dir::Cache': cache,
    'APT::Sandbox::User': 'root',
    'Acquire::Languages': 'none',
    'Acquire::Check-Valid-Until': 'false',
  }
  const options = Object.entries(settings).flatMap(([key, value]) => ['-o', `${key}=${value}`])
  await run('apt-get', ['-qq', ...options, 'update'], { signal, timeout: 300_000 })
  await run('apt-get', ['-qq', ...options, 'download', ...PACKAGES], { signal, cwd: out, timeout: 600_000 })
  return (await readdir(out)).sort().map((name) => join(out, name))
}

/** `8u504` from `openjdk-8-jdk-headless_8u504-ga-1_amd64.deb`. Throws LAB_JDK8. */
export function versionOf(deb: string): string {
  const version = /_(8u\d+)[-.]/.exec(basename(deb))?.[1]
  if (version !== undefined) return version
  throw jdkError("The name of Debian sid's package of JDK 8 has no version", basename(deb))
}

/** Compiles and runs a class on a trixie tree, which also reads the trust store. Throws LAB_JDK8. */
async function checkJdk(home: string, base: string, version: string, signal?: AbortSignal): Promise<void> {
  const source = `public class Prove {
  public static void main(String[] args) throws Exception {
    javax.net.ssl.TrustManagerFactory factory = javax.net.ssl.TrustManagerFactory.getInstance("PKIX");
    factory.init((java.security.KeyStore) null);
    int count = ((javax.net.ssl.X509TrustManager) factory.getTrustManagers()[0]).getAcceptedIssuers().length;
    System.out.println(System.getProperty("java.version") + " trusts " + (count > 50 ? "enough" : "too few"));
  }
}`
  // In its own mount namespace: the base is only read, and nothing stays mounted.
  const script = `set -e
mount --bind "$1" "$2/mnt"
mount -t proc proc "$2/proc"
mount -t tmpfs tmpfs "$2/tmp"
cat >"$2/tmp/Prove.java"
chroot "$2" /bin/sh -c 'cd /tmp && /mnt/bin/javac Prove.java && /mnt/bin/java -cp /tmp Prove'`
  const output = await run('unshare', ['--mount', 'sh', '-c', script, 'sh', home, base], {
    input: source,
    signal,
  })
  if (output.trim() === `${version.replace(/^8u/, '1.8.0_')} trusts enough`) return
  throw jdkError('The JDK 8 of Debian sid does not run on trixie', output.trim())
}

async function pack(home: string, tarball: string, signal?: AbortSignal): Promise<void> {
  const plain = tarball.replace(/\.gz$/, '')
  const same = ['--sort=name', '--mtime=@0', '--owner=0', '--group=0', '--numeric-owner', '--format=gnu']
  await run('tar', [...same, '-cf', plain, '-C', join(home, '..'), basename(home)], { signal })
  await run('gzip', ['-n', '-6', plain], { signal })
}

async function moveToCache(cache: string, tarball: string, version: string): Promise<JdkTarball> {
  const file = join(cache, basename(tarball))
  const { size: bytes } = await stat(tarball)
  const sha256 = await hashFile(tarball, 'sha256')
  await rename(tarball, file)
  const line = JSON.stringify({ recipe: RECIPE, fileName: basename(file), sha256, bytes, version })
  await writeFile(join(cache, 'jdk8.json.part'), `${line}\n`)
  await rename(join(cache, 'jdk8.json.part'), join(cache, 'jdk8.json'))
  return { file, sha256, bytes, version }
}

function jdkError(message: string, found: string): HowdahError {
  const next = 'Write java.jdks.8 in cluster.yml with a tarball of another JDK 8.'
  return new HowdahError({ code: 'LAB_JDK8', exit: 'preflight', message, found, next })
}
