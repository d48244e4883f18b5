import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MemoryConnect } from '../../../src/adapters/connect/memory-connect.ts'
import { lookAtSlot } from '../../../src/app/capture/slot-look.ts'
import { FalseworkError } from '../../../src/core/diagnostics/falsework-error.ts'
import { CapturedSource, connector } from './captured-source.ts'

async function source(config: Readonly<Record<string, string>> = {}): Promise<CapturedSource> {
  const captured = await new CapturedSource().configure(config)
  await captured.sent(100)
  return captured
}

describe('a look at a slot', () => {
  it('finds a gap where the slot was created anew behind what the connector has sent', async () => {
    const captured = await source()
    expect(await captured.look()).toEqual({ kind: 'none' })
    captured.slot = 160
    expect(await captured.look()).toEqual({ kind: 'gap', gap: { from: '0/64', to: '0/A0', bytes: 60 } })
  })

  it('accuses no source whose connector goes on between its questions, however far', async () => {
    const anyWork = fc.array(fc.constantFrom('store', 'confirm'), { maxLength: 4 })
    await fc.assert(
      fc.asyncProperty(fc.array(anyWork, { minLength: 3, maxLength: 3 }), async (turns) => {
        const captured = await source()
        let stored = 100
        const waiting = [...turns]
        captured.meanwhile = async () => {
          for (const deed of waiting.shift() ?? []) {
            if (deed === 'store') await captured.store((stored += 7))
            else captured.slot = stored
          }
        }
        expect(await captured.look()).toEqual({ kind: 'none' })
      }),
    )
  })

  it.each([
    ['the driver confirms by itself', { 'lsn.flush.mode': 'connector_and_driver' }, 'the driver of the connector'],
    [
      'the database has no slots',
      { 'connector.class': 'io.debezium.connector.mariadb.MariaDbConnector' },
      'the database has no replication slots',
    ],
  ] as const)('says nothing where %s', async (...[, config, why]) => {
    const captured = await source(config)
    captured.slot = 160
    expect(await captured.look()).toEqual({ kind: 'unknown', why: expect.stringContaining(why) as string })
  })

  it('says nothing while there is no slot: the connector cannot go on without one', async () => {
    const captured = await source()
    captured.slot = null
    expect(await captured.look()).toEqual({ kind: 'unknown', why: 'the slot does not exist' })
  })

  it('says why, where the database or Connect does not answer, or the connector is not there', async () => {
    const captured = await source()
    captured.reachable = 'no'
    expect(await captured.look()).toEqual({
      kind: 'unknown',
      why: 'DATABASE_UNREACHABLE: no answer from db:5432',
    })
    const refuse = async () => await Promise.reject(new FalseworkError('CONNECT_UNREACHABLE', 'no answer'))
    const parts = { connectorOffsets: captured.connect, openInspector: refuse }
    expect(await lookAtSlot(connector, { ...parts, connectorAdmin: { config: refuse } })).toMatchObject({
      why: 'CONNECT_UNREACHABLE: no answer',
    })
    expect(await lookAtSlot(connector, { ...parts, connectorAdmin: new MemoryConnect() })).toMatchObject({
      why: 'there is no connector shop',
    })
  })

  it('lets go of the database, whatever it answers', async () => {
    const captured = await source()
    let open = 0
    const slotPosition = async () => await Promise.reject(new FalseworkError('DATABASE_REFUSED', 'permission denied'))
    const openInspector = async () => {
      open += 1
      return await Promise.resolve({ slotPosition, close: async () => await Promise.resolve(void (open -= 1)) })
    }
    const { connect } = captured
    expect(await lookAtSlot(connector, { connectorAdmin: connect, connectorOffsets: connect, openInspector })).toEqual({
      kind: 'unknown',
      why: 'DATABASE_REFUSED: permission denied',
    })
    expect(open).toBe(0)
  })
})
