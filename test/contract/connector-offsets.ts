/** What all that hold a connector's offsets must do; each runs this suite against its own Connect. */
import { expect, it } from 'vitest'
import type { StoredOffset } from '../../src/core/capture/connector/stored-offset.ts'
import type { ConnectorAdmin, ConnectorConfig } from '../../src/ports/connect/connector-admin.ts'
import type { ConnectorOffsets } from '../../src/ports/connect/connector-offsets.ts'

export interface OffsetsUnderTest {
  readonly open: () => { readonly admin: ConnectorAdmin; readonly offsets: ConnectorOffsets }
  /** A name and a configuration that is accepted, for each test its own. */
  readonly connector: () => Promise<{ readonly name: string; readonly config: ConnectorConfig }>
}

export function connectorOffsetsContract({ open, connector }: OffsetsUnderTest): void {
  const stored = (name: string, lsn: number): StoredOffset => ({
    partition: { server: name },
    offset: { lsn, lsn_commit: lsn, messageType: 'COMMIT', txId: 1, ts_usec: 1 },
  })

  it('are none before the connector has stored any, and for one that is not there', async () => {
    const { admin, offsets } = open()
    const { name, config } = await connector()
    expect(await offsets.read('no such connector')).toEqual([])
    await admin.apply(name, config)
    expect(await offsets.read(name)).toEqual([])
  })

  it('are read as they were written while the connector is stopped, the last write in place of the first', async () => {
    const { admin, offsets } = open()
    const { name, config } = await connector()
    await admin.apply(name, config)
    await offsets.write(name, [stored(name, 5)])
    await offsets.write(name, [stored(name, 7)])
    expect(await offsets.read(name)).toEqual([stored(name, 7)])
  })

  it('cannot be written while the connector runs', async () => {
    const { admin, offsets } = open()
    const { name, config } = await connector()
    await admin.apply(name, config)
    await offsets.resume(name)
    await expect.poll(async () => (await admin.status(name))?.state, { timeout: 30_000 }).toBe('RUNNING')
    await expect(offsets.write(name, [stored(name, 5)])).rejects.toMatchObject({ code: 'CONNECTOR_REFUSED' })
  })

  it('belong to a connector without tasks as soon as it is stopped', async () => {
    const { admin, offsets } = open()
    const { name, config } = await connector()
    await admin.apply(name, config)
    await offsets.resume(name)
    await expect.poll(async () => (await admin.status(name))?.tasks.length, { timeout: 30_000 }).toBe(1)
    await offsets.stop(name)
    expect(await admin.status(name)).toEqual({ state: 'STOPPED', tasks: [] })
  })

  it('refuse to stop, resume and write what is not there', async () => {
    const { offsets } = open()
    const refused = { code: 'CONNECTOR_REFUSED' }
    await expect(offsets.stop('no such connector')).rejects.toMatchObject(refused)
    await expect(offsets.resume('no such connector')).rejects.toMatchObject(refused)
    await expect(offsets.write('no such connector', [stored('x', 1)])).rejects.toMatchObject(refused)
  })
}
