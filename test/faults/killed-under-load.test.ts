import { resolve } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Random } from '../../demo/old-application/plan/random.ts'
import { rowsPerTransaction } from '../../bench/workload.ts'
import { startTcpProxy } from '../stack/tcp-proxy.ts'
import { leaseSessionMs } from './daemon-environment.ts'
import { type DaemonProcess, pause } from './daemon-process.ts'
import { GrowingLog } from './growing-log.ts'
import { Translation } from './translation.ts'

const seed = 20_261_124
const kills = 50
/** What is promised with the lease session of a production installation, which is nine seconds longer than this one's. */
const takeoverMsMax = 15_000
/** On a machine that others keep busy, one of fifty may take longer than nine seconds less than that. */
const usualTakeoverMsMax = 6_000
const runningMsMax = 300

let growing: GrowingLog
let translation: Translation
let daemons: DaemonProcess[]

beforeEach(async () => {
  growing = await GrowingLog.open('load')
  translation = new Translation(growing.log, 'faulty')
  daemons = []
  await translation.register()
  growing.grow()
})

afterEach(async () => {
  await growing.rest()
  await Promise.all(daemons.map(async (daemon) => await daemon.kill('SIGKILL')))
  await growing.log.close()
})

function start(more: Readonly<Record<string, string>> = {}): DaemonProcess {
  const daemon = translation.startDaemon(more)
  daemons.push(daemon)
  return daemon
}

/** Lets the log come to rest, drains it, and holds what is seen against a translation to which nothing happened. */
async function nothingLostOrRepeated(): Promise<void> {
  await growing.rest()
  await translation.drained()
  const seen = await translation.outcome()
  expect(seen.length).toBe(growing.length * rowsPerTransaction)
  expect(seen).toEqual(await new Translation(growing.log, 'whole').faultFree())
}

describe('under load, nothing is lost or repeated', () => {
  it(`when daemons are killed at ${kills} seeded moments, each replaced by one that stands by`, async () => {
    const random = new Random(seed)
    const takeoversMs: number[] = []
    const positions = [0]
    let working = start()
    await working.opened
    for (let kill = 0; kill < kills; kill++) {
      const standby = start()
      // Most of them in the middle of their work, some before they have done any.
      if (random.chance(0.8)) await translation.beyond(positions.at(-1) ?? 0)
      await pause(random.integer(0, runningMsMax))
      const killedAt = performance.now()
      await working.kill('SIGKILL')
      positions.push(await translation.position())
      const openedAt = (await standby.opened) ?? Infinity
      takeoversMs.push(openedAt - Math.max(killedAt, await standby.started))
      working = standby
    }
    expect(Math.max(...takeoversMs)).toBeLessThan(takeoverMsMax)
    expect(takeoversMs.toSorted((a, b) => a - b)[Math.floor(kills / 2)]).toBeLessThan(usualTakeoverMsMax)
    expect(positions).toEqual(positions.toSorted((a, b) => a - b))
    expect(new Set(positions).size).toBeGreaterThan(kills / 2)
    await nothingLostOrRepeated()
  }, 600_000)

  it('when a daemon stands still for longer than its lease lasts, and wakes up beside the one that replaced it', async () => {
    const stalled = start()
    await stalled.opened
    // On another machine: rows are of one process at a time.
    const standby = start({ FALSEWORK_ROWS_DIRECTORY: resolve('.falsework/test/rows-of-another') })
    await pause(runningMsMax)
    stalled.signal('SIGSTOP')
    expect(await standby.opened).not.toBeNull()
    await pause(leaseSessionMs)
    stalled.signal('SIGCONT')
    await pause(leaseSessionMs)
    await nothingLostOrRepeated()
    expect(await stalled.kill('SIGTERM')).toEqual({ code: 0, signal: null })
    expect(standby.sessions.codes).toEqual([])
  })

  it('when a daemon is told to stop, which it does with exit 0, and hands over at once', async () => {
    const first = start()
    await first.opened
    const second = start()
    await pause(runningMsMax)
    expect(await first.kill('SIGTERM')).toEqual({ code: 0, signal: null })
    expect(await second.opened).not.toBeNull()
    await nothingLostOrRepeated()
  })

  it('when the broker cannot be reached for some seconds: the same process goes on by itself', async () => {
    const proxy = await startTcpProxy(growing.log.place.environment['FALSEWORK_KAFKA_BROKERS'] ?? '')
    const daemon = start({ FALSEWORK_KAFKA_BROKERS: proxy.address })
    await daemon.opened
    await pause(runningMsMax)
    proxy.partition('closed')
    await pause(4 * leaseSessionMs)
    proxy.partition('open')
    await nothingLostOrRepeated()
    expect(daemon.sessions.opened).toBeGreaterThan(1)
    expect(await daemon.kill('SIGTERM')).toEqual({ code: 0, signal: null })
    await proxy.close()
  })
})
