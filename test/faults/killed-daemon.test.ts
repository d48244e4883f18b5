import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { publishSteps } from '../../src/adapters/kafka/transactional-output.ts'
import { sessionSteps } from '../../src/app/translate/session/session-parts.ts'
import { captureShop } from './captured-shop.ts'
import { type CapturedLog, Translation } from './translation.ts'

let shop: CapturedLog
let faultFree: readonly string[]

/** In the third Kafka transaction: the barrier is the first, the first checkpoint the second. */
const crashPoints = [...sessionSteps.map((step) => `${step}:1`), ...publishSteps.map((step) => `${step}:3`)]

beforeAll(async () => {
  shop = await captureShop('killed', 150)
  const translation = new Translation(shop, 'whole')
  await translation.register()
  const daemon = translation.startDaemon()
  await translation.drained()
  expect(await daemon.kill('SIGTERM')).toEqual({ code: 0, signal: null })
  faultFree = await translation.outcome()
})

afterAll(async () => await shop.close())

describe('a daemon that is killed with SIGKILL', () => {
  it('has something to lose: the shop gives events and dead letters', () => {
    expect(faultFree.length).toBeGreaterThan(100)
    expect(faultFree.filter((line) => line.startsWith('falsework.dead-letters')).length).toBeGreaterThan(0)
    expect(new Set(faultFree).size).toBe(faultFree.length)
  })

  it.each(crashPoints)('loses and repeats nothing when it dies at %s', async (point) => {
    const translation = new Translation(shop, point.replace(':', '-'))
    await translation.register()
    const dying = translation.startDaemon({ FALSEWORK_CRASH_AT: point })
    expect(await dying.exited).toEqual({ code: null, signal: 'SIGKILL' })
    const successor = translation.startDaemon()
    await translation.drained()
    await successor.kill('SIGTERM')
    expect(await translation.outcome()).toEqual(faultFree)
  })
})

describe('a second daemon', () => {
  it('waits while the first one works, and takes over when it is killed', async () => {
    const translation = new Translation(shop, 'second')
    await translation.register()
    const first = translation.startDaemon({ FALSEWORK_CRASH_AT: 'after-produce:3' })
    const second = translation.startDaemon()
    await Promise.race([first.exited, translation.drained()])
    await translation.drained()
    await Promise.all([first.kill('SIGTERM'), second.kill('SIGTERM')])
    expect(await translation.outcome()).toEqual(faultFree)
  })
})
