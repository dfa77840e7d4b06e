import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { awsInstallCommand, awsPart } from '../../stacks/aws-part.ts'

const PACKAGES = [
  ['cdktf', '1.2.3'],
  ['@cdktf/provider-aws', '4.5.6'],
] as const

describe('awsInstallCommand', () => {
  it('installs beside a global Howdah, with the prefix that it is in', () => {
    expect(awsInstallCommand('/opt/tools/lib/node_modules/howdah', PACKAGES, true)).toBe(
      'npm install --global --prefix /opt/tools cdktf@1.2.3 @cdktf/provider-aws@4.5.6',
    )
  })

  it("installs into a project, also where the project's folder is called lib", () => {
    const home = join(mkdtempSync(join(tmpdir(), 'howdah-aws-')), 'lib')
    mkdirSync(home)
    writeFileSync(join(home, 'package.json'), '{}')
    const command = awsInstallCommand(join(home, 'node_modules/howdah'), PACKAGES, true)
    expect(command).toBe(`npm install --prefix ${home} cdktf@1.2.3 @cdktf/provider-aws@4.5.6`)
  })

  it('quotes a folder that the shell would take apart', () => {
    expect(awsInstallCommand("/home/o'b x/p/node_modules/howdah", [], true)).toBe(
      "npm install --prefix '/home/o'\\''b x/p'",
    )
  })

  it('is npm ci in a checkout', () => {
    expect(awsInstallCommand('/src/howdah', PACKAGES, false)).toBe('npm ci --prefix /src/howdah')
  })
})

describe('awsPart', () => {
  const missing = (name: string) =>
    Object.assign(new Error(`Cannot find package '${name}' imported from /x.js`), {
      code: 'ERR_MODULE_NOT_FOUND',
    })

  it.each(['cdktf', 'constructs', '@cdktf/provider-aws'])(
    'names what to install where %s is missing',
    async (name) => {
      await expect(awsPart(() => Promise.reject(missing(name)))).rejects.toMatchObject({
        code: 'AWS_PART_MISSING',
        details: { next: expect.stringMatching(/^npm ci --prefix /) },
      })
    },
  )

  it('leaves any other error as it is', async () => {
    const other = missing('left-pad')
    await expect(awsPart(() => Promise.reject(other))).rejects.toBe(other)
    const broken = new Error('broken')
    await expect(awsPart(() => Promise.reject(broken))).rejects.toBe(broken)
  })

  it('gives what was loaded', async () => expect(await awsPart(async () => 7)).toBe(7))
})
