import { z } from 'zod'
import { SOFTWARE, SOFTWARE_NAMES, type SoftwareName } from '../../catalog/index.ts'
import { PROFILE_NAMES } from '../versions/profiles.ts'
import { absolutePath, choice, majors, matching, sha256, text, versionNumber } from './fields.ts'

/** Which software a cluster runs, on which JDKs, and where both come from. */

/** A field for each software of the catalogue. */
const ofSoftware = <T>(field: (name: SoftwareName) => T): Record<SoftwareName, T> =>
  Object.fromEntries(SOFTWARE_NAMES.map((name) => [name, field(name)])) as Record<SoftwareName, T>

export const versions = z
  .strictObject({
    profile: choice(
      PROFILE_NAMES,
      'A set of versions and JDKs that was certified as a whole. The other fields here, and those of `java`, override it. Default: the set for the generation of `hadoop`, else `stable`.',
    ).optional(),
    ...ofSoftware((name) => versionNumber(SOFTWARE[name].text.version).optional()),
  })
  .describe('Versions of the software. Pairs that are known not to work are refused.')

export const jdk = z
  .strictObject({
    tarball: text('Path or URL of a tarball of a JDK; Howdah unpacks it to /opt/jdk/<major>.').optional(),
    sha256: sha256(
      'SHA-256 of the tarball. Required with `tarball`, except for a copy of a build that Howdah knows (docs/software.md).',
    ).optional(),
    package: text('Name of an OS package, such as openjdk-17-jdk-headless.').optional(),
    path: absolutePath('Home of a JDK that exists on the hosts.').optional(),
    home: absolutePath(
      'Directory into which the package installs the JDK. Default: known for openjdk-N and temurin-N packages on amd64.',
    ).optional(),
  })
  .describe('Where the JDK of one major version comes from: `tarball` with `sha256`, `package`, or `path`.')

export const java = z
  .strictObject({
    ...ofSoftware((name) => majors.describe(SOFTWARE[name].text.java).optional()),
    jdks: z
      .strictObject({ 8: jdk.optional(), 11: jdk.optional(), 17: jdk.optional(), 21: jdk.optional() })
      .describe(
        'Sources by major version. Default: for 8, a tarball of Eclipse Temurin that Howdah downloads and checks; for the others, the package openjdk-<major>-jdk-headless.',
      )
      .optional(),
  })
  .describe('The JDK of each component, and where JDKs come from.')

const artifactFile = z
  .strictObject({
    url: text('Path or URL of the tarball.'),
    sha256: sha256('SHA-256 of the tarball.'),
  })
  .describe('A tarball.')

export const artifacts = z
  .strictObject({
    provider: choice(
      ['mirror', 'maven', 'file'],
      '`mirror`: Apache mirrors, or your own mirror with the same layout. `maven`: assembled from a Maven repository. `file`: tarballs that you name. Default: mirror.',
    ).optional(),
    mirrors: z
      .array(matching(/^https?:\/\/\S+$/, 'an http or https address', 'Base address of a mirror.'))
      .min(1, { error: 'one address or more' })
      .describe(
        "Mirrors, tried in order, each with Apache's layout below it. Default: Apache's download and archive servers. With `provider: mirror`.",
      )
      .optional(),
    keys: text(
      "A KEYS file, as Apache's projects publish it: every tarball of a mirror must then carry a good signature by one of its keys. Default: only checksums. With `provider: mirror`.",
    ).optional(),
    settings: text('Maven settings file. Default: that of Maven. With `provider: maven`.').optional(),
    files: z
      .strictObject({
        ...ofSoftware(() => artifactFile.optional()),
        extras: artifactFile.optional(),
      })
      .describe(
        'The tarballs. With `provider: file`. Without `extras` (drivers and repair jars), Maven assembles that tarball.',
      )
      .optional(),
    delivery: z
      .union(
        [
          z.literal('push'),
          z.strictObject({
            baseUrl: matching(
              /^https?:\/\/\S+$/,
              'an http or https address',
              "Base address, with Apache's layout below it, that the hosts can reach.",
            ),
          }),
        ],
        { error: 'push, or {baseUrl: http://…}' },
      )
      .describe(
        'How software gets to the hosts: `push` (this machine sends it) or `{baseUrl: …}` (each host downloads and checks it). Default: push.',
      )
      .optional(),
  })
  .describe('Where the software comes from.')
