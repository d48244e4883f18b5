/** What every sender of signals must do. */
import { expect, it, onTestFinished } from 'vitest'
import type { Signal } from '../../src/core/capture/connector/snapshot-signal.ts'
import type { TableName } from '../../src/core/catalog/table-name.ts'
import type { SignalSender } from '../../src/ports/database/signal-sender.ts'

export interface SignalsUnderTest {
  /** Of three columns of any names, the first one its key; and one that is not there. */
  readonly table: TableName
  readonly missing: TableName
  readonly open: () => Promise<SignalSender>
  /** Of the table, as they were committed: the columns by their places. */
  readonly rows: () => Promise<readonly (readonly string[])[]>
}

export function signalSenderContract({ table, missing, open, rows }: SignalsUnderTest): void {
  const opened = async (): Promise<SignalSender> => {
    const sender = await open()
    onTestFinished(async () => await sender.close())
    return sender
  }
  const signal = (id: string, more: Partial<Signal> = {}): Signal => ({
    table,
    id,
    type: 'execute-snapshot',
    data: `{"it's": "quoted"}`,
    ...more,
  })

  it('writes id, type and data into the columns of the table, by their places', async () => {
    await (await opened()).send(signal('one'))
    expect(await rows()).toContainEqual(['one', 'execute-snapshot', `{"it's": "quoted"}`])
  })

  it('refuses a table that is not there, and an id that is there already', async () => {
    const sender = await opened()
    await expect(sender.send(signal('two', { table: missing }))).rejects.toMatchObject({ code: 'DATABASE_REFUSED' })
    await sender.send(signal('three'))
    await expect(sender.send(signal('three'))).rejects.toMatchObject({ code: 'DATABASE_REFUSED' })
    expect((await rows()).filter(([id]) => id === 'three')).toHaveLength(1)
  })
}
