import type { Infrastructure } from '../../../provisioners/config/infrastructure/types.ts'
import { ownText } from '../../../provisioners/files.ts'
import { dnsSuffixOf } from '../arns.ts'

/** What cloud-init runs at the first boot of a host. */
export interface BootScript {
  /** Name of its file on the host; cloud-init runs the files in alphabetical order. */
  readonly name: string
  readonly text: string
}

const BOUNDARY = '==howdah-user-data=='

/**
 * The scripts as one user data, in MIME, cloud-init's form for several scripts. Each runs even if an earlier one
 * failed. The texts must be ASCII.
 */
export const userDataOf = (scripts: readonly BootScript[]): string =>
  [
    'MIME-Version: 1.0',
    `Content-Type: multipart/mixed; boundary="${BOUNDARY}"`,
    '',
    ...scripts.flatMap(({ name, text }, i) => [
      `--${BOUNDARY}`,
      'Content-Type: text/x-shellscript; charset="us-ascii"',
      `Content-Disposition: attachment; filename="${i + 1}-${name}.sh"`,
      '',
      text,
    ]),
    `--${BOUNDARY}--`,
    '',
  ].join('\n')

const agentScript = ownText('stacks/user-data/ssm-agent.sh')

/** Installs the agent of Session Manager where it is missing. */
export const agentOf = ({ region }: Pick<Infrastructure, 'region'>): BootScript => ({
  name: 'ssm-agent',
  text: agentScript.replaceAll('@REGION@', region).replaceAll('@SUFFIX@', dnsSuffixOf(region)),
})
