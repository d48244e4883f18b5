import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { PublishStep } from '../../src/adapters/kafka/transactional-output.ts'
import { captureShop } from './captured-shop.ts'
import { pause } from './daemon-process.ts'
import { type CapturedLog, Translation } from './translation.ts'

let shop: CapturedLog
let faultFree: readonly string[]
/** Of orders with impossible days, which no revision can tell. */
let lettersOfAlways: readonly string[]

/** The first Kafka transaction of a daemon is its barrier, the second its first checkpoint. What died earlier has sent nothing. */
const steps: readonly PublishStep[] = ['after-produce', 'after-end-transaction-sent', 'after-end-transaction']
const crashPoints = steps.map((step) => `${step}:3`)

beforeAll(async () => {
  shop = await captureShop('release', 120)
  const translation = new Translation(shop, 'whole')
  faultFree = byKey(await translation.faultFree())
  lettersOfAlways = await translation.openLetters()
})

afterAll(async () => await shop.close())

/** What is waited for is published later than what is not: the order within each key is what is promised. */
const byKey = (outcome: readonly string[]): readonly string[] =>
  outcome
    .filter((line) => !line.startsWith('falsework.dead-letters'))
    .map((line, at) => ({ line, place: line.split(' ').slice(0, 2).join(' '), at }))
    .toSorted((a, b) => (a.place < b.place ? -1 : Number(a.place > b.place) || a.at - b.at))
    .map(({ line }) => line)

/** The project with a code that is not known yet; `policy` says what becomes of orders that have it. */
function withoutCode(policy: 'holdKey' | 'deadLetter'): string {
  const { folder } = shop.place
  const copy = `${folder}-${policy}`
  cpSync(folder, copy, { recursive: true })
  // Its fixtures would notice.
  rmSync(join(copy, 'mappings', 'order-lifecycle.test.yaml'))
  const file = join(copy, 'mappings', 'order-lifecycle.yaml')
  const text = readFileSync(file, 'utf8').replace('P: PAID, ', '').replace('default: deadLetter', `default: ${policy}`)
  writeFileSync(file, text)
  return copy
}

/** Translated to the end under the mapping that lacks a code; then the one that knows it is registered, and nobody works. */
async function failed(name: string, policy: 'holdKey' | 'deadLetter'): Promise<Translation> {
  const translation = new Translation(shop, name)
  await translation.register(withoutCode(policy))
  const daemon = translation.startDaemon()
  await translation.drained()
  await daemon.kill('SIGTERM')
  await translation.register()
  return translation
}

async function dies(translation: Translation, point: string): Promise<void> {
  const dying = translation.startDaemon({ FALSEWORK_CRASH_AT: point })
  expect(await dying.exited).toEqual({ code: null, signal: 'SIGKILL' })
}

describe('inputs that wait behind a failed one', () => {
  it.each(crashPoints)('are released once and in order where the daemon dies at %s', async (point) => {
    const translation = await failed(point.replace(':', '-'), 'holdKey')
    expect(await translation.waiting()).toBeGreaterThan(10)
    await dies(translation, point)
    const successor = translation.startDaemon()
    while ((await translation.waiting()) > 0) await pause(100)
    await successor.kill('SIGTERM')
    expect(byKey(await translation.outcome())).toEqual(faultFree)
    expect(await translation.openLetters()).toEqual(lettersOfAlways)
  })
})

describe('dead letters of which an operator has said something', () => {
  it('are translated or given up once, where the daemon dies while it does so', async () => {
    const translation = await failed('letters', 'deadLetter')
    const undecided = await translation.openLetters()
    expect(undecided.length).toBeGreaterThan(lettersOfAlways.length + 10)
    await translation.falsework('dead-letters', 'retry', '--class', 'unknownCode', '--reason', 'the code is known now')
    await dies(translation, 'after-produce:3')
    const successor = translation.startDaemon()
    while ((await translation.openLetters()).length > lettersOfAlways.length) await pause(100)
    await successor.kill('SIGTERM')
    expect(await translation.openLetters()).toEqual(lettersOfAlways)
    expect(byKey(await translation.outcome()).toSorted()).toEqual(faultFree.toSorted())
    await translation.falsework('dead-letters', 'discard', ...lettersOfAlways, '--reason', 'impossible days')
    await dies(translation, 'after-end-transaction-sent:3')
    const last = translation.startDaemon()
    while ((await translation.openLetters()).length > 0) await pause(100)
    await last.kill('SIGTERM')
    expect(byKey(await translation.outcome()).toSorted()).toEqual(faultFree.toSorted())
  })
})
