import { describe, expect, it } from 'vitest'
import { MemoryConnect } from '../../../src/adapters/connect/memory-connect.ts'
import { moveBetweenTransactions, stopBetweenTransactions } from '../../../src/app/capture/planned-stop.ts'
import { protectionOf } from '../../../src/app/capture/protection.ts'
import { FalseworkError } from '../../../src/core/diagnostics/falsework-error.ts'

const inside = { lsn: 70, lsn_proc: 70, lsn_commit: 50, messageType: 'INSERT', transaction_id: '7:1', txId: 7 }
const between = { lsn: 50, lsn_commit: 50, messageType: 'COMMIT', txId: 7 }

async function connectWith(offset: Readonly<Record<string, unknown>> | null): Promise<MemoryConnect> {
  const connect = new MemoryConnect()
  await connect.apply('shop', { 'connector.class': 'C' })
  if (offset !== null) await connect.write('shop', [{ partition: { server: 'shop' }, offset }])
  await connect.resume('shop')
  return connect
}

describe('what the stored offset proves', () => {
  it.each([
    ['protected', between],
    ['unprotected', inside],
    ['unknown', { ...inside, snapshot: 'INITIAL' }],
    ['unknown', null],
  ] as const)('%s: %j', async (verdict, offset) => {
    expect(await protectionOf(await connectWith(offset), 'shop')).toMatchObject({ verdict })
  })

  it('is not known, and says why, when Connect does not answer', async () => {
    const connect = await connectWith(between)
    connect.read = async () => await Promise.reject(new FalseworkError('CONNECT_UNREACHABLE', 'no answer'))
    expect(await protectionOf(connect, 'shop')).toMatchObject({
      verdict: 'unknown',
      why: expect.stringContaining('no answer') as unknown,
    })
  })
})

describe('a planned stop', () => {
  it.each([
    ['moved', inside, between],
    ['between', between, between],
    ['snapshot', { snapshot: 'INITIAL', lsn: 7 }, { snapshot: 'INITIAL', lsn: 7 }],
  ] as const)('leaves the connector stopped and its offset between transactions: %s', async (place, before, after) => {
    const connect = await connectWith(before)
    expect(await stopBetweenTransactions(connect, 'shop')).toBe(place)
    expect(await connect.status('shop')).toEqual({ state: 'STOPPED', tasks: [] })
    expect(await connect.read('shop')).toEqual([{ partition: { server: 'shop' }, offset: after }])
  })

  it('has nothing to move before the first offset is stored', async () => {
    const connect = await connectWith(null)
    await connect.stop('shop')
    expect(await moveBetweenTransactions(connect, 'shop')).toBe('none')
  })
})
