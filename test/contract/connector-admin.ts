/** What every connector admin must do; each runs this suite against its own Connect. */
import { expect, it } from 'vitest'
import type { ConnectorAdmin, ConnectorConfig } from '../../src/ports/connect/connector-admin.ts'

export interface ConnectUnderTest {
  readonly open: () => ConnectorAdmin
  /** Lets a connector run, which is created stopped. */
  readonly resume: (name: string) => Promise<void>
  /** A name and a configuration that is accepted, for each test its own. */
  readonly connector: () => Promise<{ readonly name: string; readonly config: ConnectorConfig }>
}

export function connectorAdminContract({ open, resume, connector }: ConnectUnderTest): void {
  it('says whether applying created, changed or left a connector', async () => {
    const admin = open()
    const { name, config } = await connector()
    expect(await admin.apply(name, config)).toBe('created')
    expect(await admin.apply(name, config)).toBe('unchanged')
    expect(await admin.apply(name, { ...config, 'poll.interval.ms': '77' })).toBe('updated')
    expect(await admin.config(name)).toMatchObject({ ...config, 'poll.interval.ms': '77' })
  })

  it('removes a setting that the applied configuration no longer has', async () => {
    const admin = open()
    const { name, config } = await connector()
    await admin.apply(name, { ...config, 'poll.interval.ms': '77' })
    expect(await admin.apply(name, config)).toBe('updated')
    expect(await admin.config(name)).toEqual({ ...config, name })
  })

  it('has neither configuration nor status of a connector that is not there', async () => {
    const admin = open()
    expect(await admin.config('no such connector')).toBeNull()
    expect(await admin.status('no such connector')).toBeNull()
  })

  it('creates a connector stopped, shows its task running once it is resumed, and again after a restart', async () => {
    const admin = open()
    const { name, config } = await connector()
    await admin.apply(name, config)
    await expect.poll(async () => await admin.status(name)).toEqual({ state: 'STOPPED', tasks: [] })
    await resume(name)
    const running = { state: 'RUNNING', tasks: [{ id: 0, state: 'RUNNING', trace: null }] }
    await expect.poll(async () => await admin.status(name), { timeout: 30_000 }).toMatchObject(running)
    await admin.restart(name)
    await expect.poll(async () => await admin.status(name), { timeout: 30_000 }).toMatchObject(running)
  })

  it('refuses a configuration without a connector class, and does not quote its secrets', async () => {
    const admin = open()
    const applied = admin.apply('nameless', { 'database.password': 'hunter-2-secret', 'database.user': 'ann' })
    await expect(applied).rejects.toMatchObject({ code: 'CONNECTOR_REFUSED' })
    await expect(applied).rejects.not.toThrow('hunter-2-secret')
    expect(await admin.config('nameless')).toBeNull()
  })

  it('removes a connector, which is gone then, and need not have been there', async () => {
    const admin = open()
    const { name, config } = await connector()
    await admin.apply(name, config)
    expect(await admin.remove(name)).toBe('removed')
    await expect.poll(async () => await admin.config(name)).toBeNull()
    expect(await admin.remove(name)).toBe('not there')
  })

  it('refuses to restart what is not there', async () => {
    await expect(open().restart('no such connector')).rejects.toMatchObject({ code: 'CONNECTOR_REFUSED' })
  })
}
