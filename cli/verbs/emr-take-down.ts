import { EXIT } from '../../provisioners/errors.ts'
import { destroyStacks } from '../../stacks/terraform/index.ts'
import type { Console } from '../console.ts'
import { stackPlanText } from '../render/stack-plan.ts'
import { planDeclined, resultLines } from './apply.ts'
import { failureIn, layOutGround, terraformOptions } from './ground.ts'

/** Destroys the stacks of a working file: shows what goes, asks, destroys. What is not there needs no asking. */
export async function takeDown(console: Console, file: string, outdir: string): Promise<number> {
  const { ground } = await layOutGround(console, { file, outdir })
  const results = await destroyStacks(outdir, {
    ...terraformOptions(console),
    consent: async (summary) => {
      console.note(stackPlanText(summary, console.out))
      return console.consent(`Destroy these of ${summary.stack}?`)
    },
  })
  const text = resultLines(results).join('\n')
  const failed = failureIn(results)
  if (failed !== undefined || results.some(({ outcome }) => outcome === 'declined')) {
    console.note(text)
    throw failed ?? planDeclined(`EXTRA_VARS="name=${ground.name}" make terminate.emr`)
  }
  console.result({ formatVersion: '1.0', name: ground.name, stacks: results }, () => text)
  return EXIT.done
}
