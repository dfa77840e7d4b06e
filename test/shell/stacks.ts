/** Scripts that hosts on AWS run at their first boot, for the examples. */

import { readdirSync } from 'node:fs'
import { loadInfrastructure } from '../../provisioners/config/index.ts'
import { installerScript, installerUri } from '../../stacks/constructs/app-tier/user-data.ts'
import { dataVolumesScript } from '../../stacks/constructs/servers/data-volumes.ts'
import { agentOf } from '../../stacks/constructs/servers/user-data.ts'
import type { Script } from './shellcheck.ts'

/** Terraform halves the dollar signs that the text has twice. */
const asTerraformLeavesIt = (text: string): string => text.replaceAll('$${', '${').replaceAll('%%{', '%{')

export async function ofStacks(): Promise<Script[]> {
  const examples = readdirSync('examples').filter((name) => name.startsWith('aws-') && name.endsWith('.yml'))
  const all = await Promise.all(
    examples.map(async (name) => {
      const { region } = await loadInfrastructure(`examples/${name}`, { today: '2026-11-24' })
      const volumes = [1, 2].map((n) => ({
        directory: `/data/${n}`,
        volumeId: `vol-${n}`,
        device: `/dev/sd${n}`,
      }))
      return {
        [`${name}: ssm-agent`]: agentOf({ region }).text,
        [`${name}: data-volumes`]: asTerraformLeavesIt(dataVolumesScript(volumes)),
        [`${name}: app-server`]: installerScript(installerUri('s3://bucket/prefix', 'api'), region),
      }
    }),
  )
  return all.flatMap(Object.entries).map(([name, text]) => ({ name, shell: 'sh', text: String(text) }))
}
