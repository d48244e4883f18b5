import { cpSync, readdirSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { captureShop } from './captured-shop.ts'
import { type CapturedLog, Translation } from './translation.ts'

let shop: CapturedLog
let faultFree: readonly string[]

beforeAll(async () => {
  shop = await captureShop('rows', 150)
  faultFree = await new Translation(shop, 'whole').faultFree()
})

afterAll(async () => await shop.close())

/** Dies with a part of the log translated; then a daemon whose folder of rows is another one dies in that step. */
async function diesIn(translation: Translation, step: string, rows: Readonly<Record<string, string>>): Promise<void> {
  const dying = translation.startDaemon({ ...rows, FALSEWORK_CRASH_AT: step })
  expect(await dying.exited).toEqual({ code: null, signal: 'SIGKILL' })
}

const inFolder = (name: string) => ({ FALSEWORK_ROWS_DIRECTORY: resolve('.falsework/test', name) })
const isOfWebShop = (line: string): boolean => line.startsWith('web-orders.v1')

/** The project without what looks rows up. */
function withoutLookUps({ folder }: CapturedLog['place']): string {
  const copy = `${folder}-bare`
  cpSync(folder, copy, { recursive: true })
  const mappings = join(copy, 'mappings')
  for (const name of readdirSync(mappings)) if (name.startsWith('web-order')) rmSync(join(mappings, name))
  return copy
}

describe('a daemon that is killed while rows are brought to where they are needed', () => {
  it('builds a lost store from the raw log all the same, and goes on with the rows as they were', async () => {
    const translation = new Translation(shop, 'lost')
    await translation.register()
    await diesIn(translation, 'after-produce:4', inFolder('rows-at-first'))
    await diesIn(translation, 'in-catch-up:1', inFolder('rows-anew'))
    const successor = translation.startDaemon(inFolder('rows-anew'))
    await translation.drained()
    await successor.kill('SIGTERM')
    expect(await translation.outcome()).toEqual(faultFree)
  })

  it('builds the indexes of a new mapping all the same, which tells what happens from then on', async () => {
    const translation = new Translation(shop, 'indexed')
    const rows = inFolder('rows-indexed')
    await translation.register(withoutLookUps(shop.place))
    await diesIn(translation, 'after-produce:4', rows)
    await translation.register()
    await diesIn(translation, 'in-index-build:1', rows)
    const successor = translation.startDaemon(rows)
    await translation.drained()
    await successor.kill('SIGTERM')
    const outcome = await translation.outcome()
    expect(outcome.filter((line) => !isOfWebShop(line))).toEqual(faultFree.filter((line) => !isOfWebShop(line)))
    const told = Map.groupBy(outcome.filter(isOfWebShop), (line) => line.split(' ')[0])
    expect(told.size).toBeGreaterThan(0)
    for (const [partition, lines] of told) {
      const all = faultFree.filter((line) => line.split(' ')[0] === partition)
      expect(lines).toEqual(all.slice(-lines.length))
    }
  })
})
