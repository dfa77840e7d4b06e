import { render } from '../../../hadoop-templates/index.ts'
import type { Artifact, ArtifactName } from '../../artifacts/types.ts'
import { ARCHIVE_MARKER, type Archive, type Directory, type File, type Symlink } from '../../engine/types.ts'
import { HowdahError } from '../../errors.ts'

import type { ComponentContext } from '../types.ts'

/** Short forms for declaring resources. ARCHITECTURE.md describes the ids. */

export interface Ownership {
  readonly owner?: string
  readonly group?: string
  readonly mode?: string
  readonly after?: readonly string[]
}

/** A file; root:root 0644 by default. */
export function file(
  component: string,
  path: string,
  content: string,
  options: Ownership & { readonly sensitive?: boolean; readonly validate?: string } = {},
): File {
  const { owner = 'root', group = 'root', mode = '0644', after = [], ...rest } = options
  return { type: 'file', id: `file:${path}`, component, path, content, owner, group, mode, after, ...rest }
}

/** A directory; root:root 0755 by default. */
export function directory(
  component: string,
  path: string,
  options: Ownership & Pick<Directory, 'mount' | 'data'> = {},
): Directory {
  const { owner = 'root', group = 'root', mode = '0755', after = [], mount, data } = options
  return {
    type: 'directory',
    id: `directory:${path}`,
    component,
    path,
    owner,
    group,
    mode,
    after,
    ...(data === undefined ? {} : { data }),
    ...(mount === undefined ? {} : { mount }),
  }
}

/** A command in /usr/local/bin: it sets the variables that are not set, then runs the real command by exec. */
export const command = (
  component: string,
  name: string,
  program: string,
  environment: Readonly<Record<string, string>>,
  after: readonly string[] = [],
): File =>
  file(
    component,
    `/usr/local/bin/${name}`,
    render('wrapper.sh', {
      title: `The command ${name}`,
      environment: Object.entries(environment).map(([key, value]) => ({ name: key, value })),
      command: program,
      arguments: [],
    }),
    { mode: '0755', after },
  )

/** A verified tarball, unpacked into `path` without its first directory. */
export function archive(
  component: string,
  name: string,
  path: string,
  artifact: Artifact,
  options: { readonly after?: readonly string[]; readonly strip?: number } = {},
): Archive {
  const { sha256, bytes, fileName, file: local, url } = artifact
  return {
    type: 'archive',
    id: `archive:${name}`,
    component,
    path,
    sha256,
    bytes,
    fileName,
    file: local,
    strip: options.strip ?? 1,
    owner: 'root',
    group: 'root',
    after: options.after ?? [],
    ...(url === undefined ? {} : { url }),
  }
}

/** A resolved artifact. Throws COMPONENT_NO_ARTIFACT (a bug: artifacts are resolved before resources are declared). */
export function artifactOf(context: ComponentContext, name: ArtifactName): Artifact {
  const artifact = context.artifacts[name]
  if (artifact) return artifact
  throw new HowdahError({
    code: 'COMPONENT_NO_ARTIFACT',
    exit: 'unexpected',
    message: `the artifact ${name} was not resolved`,
  })
}

export const symlink = (
  component: string,
  path: string,
  target: string,
  after: readonly string[] = [],
): Symlink => ({ type: 'symlink', id: `symlink:${path}`, component, path, target, after })

/** The file that changes when another archive is unpacked. */
export const markerOf = (path: string): string => `${path}/${ARCHIVE_MARKER}`
