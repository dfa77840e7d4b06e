import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { DEPLOYMENTS, parseInfrastructure } from '../../provisioners/config/index.ts'
import { diagramOf } from '../../stacks/diagram/graph.ts'
import { mermaidOf } from '../../stacks/diagram/mermaid.ts'
import { synthesise } from '../../stacks/synth.ts'
import { readStack } from '../../stacks/terraform/synthesised.ts'

const PAGE = 'docs/aws.md'
const DRAWN = /```yaml\n(name: insights\naws:\n[\s\S]*?)```\n\n```mermaid\n([\s\S]*?)```/g

/** The picture of a complete cluster.yml, as the page should have it. */
const pictureOf = (text: string): { deployment: string; mermaid: string } => {
  const dir = mkdtempSync(join(tmpdir(), 'howdah-page-'))
  try {
    copyFileSync('examples/operator.pub', join(dir, 'operator.pub'))
    const infrastructure = parseInfrastructure(text, join(dir, 'cluster.yml'))
    synthesise(infrastructure, { outdir: join(dir, 'out') })
    return {
      deployment: infrastructure.deployment,
      mermaid: mermaidOf(diagramOf(readStack(join(dir, 'out'), infrastructure.name))),
    }
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}

describe(PAGE, () => {
  it('has a complete file and a current diagram for each deployment (UPDATE_DOCS=1 draws them again)', () => {
    const page = readFileSync(PAGE, 'utf8')
    const drawn: string[] = []
    const wanted = page.replace(DRAWN, (_all, yaml: string) => {
      const { deployment, mermaid } = pictureOf(yaml)
      drawn.push(deployment)
      return `\`\`\`yaml\n${yaml}\`\`\`\n\n\`\`\`mermaid\n${mermaid}\`\`\``
    })
    if (process.env.UPDATE_DOCS === '1') writeFileSync(PAGE, wanted)
    else expect(page).toBe(wanted)
    expect(drawn.sort()).toEqual([...DEPLOYMENTS].sort())
  })

  it('names only tests that exist', () => {
    const page = readFileSync(PAGE, 'utf8')
    const tests = [...page.matchAll(/`(test\/[^`]+)`/g)].map((match) => match[1] ?? '')
    expect(tests.length).toBeGreaterThan(20)
    expect(tests.filter((file) => !existsSync(file))).toEqual([])
  })
})
