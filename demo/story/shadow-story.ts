/**
 * The first half of a migration as a bounded run: the orders of the shop in shadow, live, and in parity with the new
 * fulfilment service, which has a bug. Daemon, with the comparison in it, and service are killed in the middle.
 */
import type { Child } from '../../stack/child.ts'
import { StackError } from '../../stack/stack-error.ts'
import { daemon, falsework, type Runtime } from '../runtime.ts'
import { drained } from './drained.ts'
import { judge } from './judge.ts'
import {
  begin,
  findBug,
  lastLine,
  migrated,
  type MigrationStory,
  others,
  passParity,
  toParity,
} from './parity-steps.ts'
import type { StoryOptions } from './story.ts'

const scratchPrefix = 'again.'

/** True when the bug was found by its field, parity passes without it, and nothing is missing, repeated or out of order. */
export async function tellShadowStory(everything: Runtime, options: StoryOptions): Promise<boolean> {
  const runtime: Runtime = { ...everything, crm: null }
  const { story, buggy } = await begin(runtime, options)
  await toParity(story)
  const repaired = await findBug(story, buggy)
  await passParity(story, repaired, 'ends')
  return await conclude(story, repaired)
}

async function conclude({ runtime, translator, application, say }: MigrationStory, service: Child): Promise<boolean> {
  const totals = lastLine(application)
  if (!totals.startsWith('{')) throw new StackError(`the old application failed: ${totals}`)
  say(`${application.spec.name} has ended: ${totals}`)
  await service.stop()
  say('translating the same raw log a second time, all of it live, into scratch topics: the ids must be the same')
  const again = { FALSEWORK_TOPICS_PREFIX: scratchPrefix, FALSEWORK_TOPICS_RAW_PREFIX: '' }
  await falsework(runtime, ['register', ...migrated, ...others], again)
  await translator.stop()
  const second = daemon(runtime, 'daemon-again', again)
  await second.start()
  await drained(runtime, again)
  await second.stop()
  return await judge(runtime, { scratchPrefix, places: { 'orders.v1': 'shadow.orders.v1+orders.v1' }, say })
}
