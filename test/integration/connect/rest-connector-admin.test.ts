import { afterAll, describe, expect, it } from 'vitest'
import { restConnectorAdmin } from '../../../src/adapters/connect/rest-connector-admin.ts'
import { restConnectorOffsets } from '../../../src/adapters/connect/rest-connector-offsets.ts'
import { systemClock } from '../../../src/adapters/system/system-clock.ts'
import { connectorAdminContract } from '../../contract/connector-admin.ts'
import { connectorOffsetsContract } from '../../contract/connector-offsets.ts'
import { isolated } from '../../stack/isolated.ts'

describe('the REST client on a real Kafka Connect', () => {
  const { stack, prefix } = isolated('connector_admin')
  const open = () => restConnectorAdmin({ url: stack.connectUrl, requestTimeoutMs: 30_000, clock: systemClock })
  const names: string[] = []
  const connector = () => {
    const id = `${prefix.replaceAll(/[-.]/g, '_')}${names.length}`
    names.push(id)
    const { host, port, user, password } = stack.postgres
    const config = {
      'connector.class': 'io.debezium.connector.postgresql.PostgresConnector',
      'database.hostname': host,
      'database.port': String(port),
      'database.user': user,
      'database.password': password,
      'database.dbname': 'postgres',
      'plugin.name': 'pgoutput',
      'slot.name': id,
      'publication.name': id,
      'slot.drop.on.stop': 'true',
      'topic.prefix': id,
      'snapshot.mode': 'no_data',
      'table.include.list': 'no_such_schema.no_such_table',
    }
    return Promise.resolve({ name: id, config })
  }
  afterAll(async () => {
    for (const name of names) await fetch(`${stack.connectUrl}/connectors/${name}`, { method: 'DELETE' })
  })
  const offsets = restConnectorOffsets({ url: stack.connectUrl, requestTimeoutMs: 30_000, clock: systemClock })
  connectorAdminContract({ open, connector, resume: async (name) => await offsets.resume(name) })

  describe('its stored offsets', () => {
    connectorOffsetsContract({ open: () => ({ admin: open(), offsets }), connector })
  })

  it('refuses a wrong setting in Connect’s own words', async () => {
    const { name, config } = await connector()
    await expect(open().apply(name, { ...config, 'poll.interval.ms': 'soon' })).rejects.toMatchObject({
      code: 'CONNECTOR_REFUSED',
      message: expect.stringContaining("'poll.interval.ms' value is invalid") as unknown,
    })
  })
})
