/** What `connector snapshot` says, where the connector answers as it was recorded and where it cannot be asked. */
import { describe, expect, it } from 'vitest'
import { memorySignalSender } from '../../../src/adapters/memory/database/memory-signal-sender.ts'
import { readConnectorFile } from '../../../src/config/connector-file.ts'
import type { Signal } from '../../../src/core/capture/connector/snapshot-signal.ts'
import { tableName } from '../../../src/core/catalog/catalog.ts'
import { benchProject, fillRawLog, installation, rawLog } from '../../app/bench-project.ts'
import { recorded } from '../../core/capture/raw-log-of.ts'
import { falsework, type Ran } from '../in-process.ts'

const asking = {
  'signal.data.collection': 'public.falsework_signals',
  'notification.enabled.channels': 'sink',
  'notification.sink.topic.name': 'told',
}

/** The connector reads every row of one table, or breaks off. */
async function snapshot(
  parameters: readonly string[],
  { settings = asking, end = 'COMPLETED' }: { settings?: Readonly<Record<string, string>>; end?: string } = {},
): Promise<Ran & { readonly signals: readonly Signal[] }> {
  const { kafka } = await filled()
  const project = await benchProject()
  const [file] = project.texts.connectors
  const connector = readConnectorFile({ text: file?.text ?? '', file: 'bench.json' }, noReferences)
  const signals: Signal[] = []
  const ran = await falsework(['connector', 'snapshot', ...parameters, '--timeout', '1'], {
    ports: () => ({
      kafka,
      readProject: async () => await Promise.resolve(project),
      connectorConfig: async () => await Promise.resolve({ ...connector, ...settings }),
      openSignalSender: async () =>
        await Promise.resolve(
          memorySignalSender({
            tables: new Set([tableName('public', 'falsework_signals')]),
            committed: (signal) => {
              signals.push(signal)
              for (const { key, value } of answer(signal.id, end)) kafka.cluster.append(rawLog, { key, value })
            },
          }),
        ),
    }),
  })
  return { ...ran, signals }
}

const noReferences = { environment: {}, readFile: () => null, known: new Map([['topic:raw', 'raw.bench']]) }

async function filled(): Promise<ReturnType<typeof installation>> {
  const bench = installation()
  await fillRawLog(bench, 0, 2)
  return bench
}

const answer = (id: string, end: string) =>
  recorded('notified-condition').map(({ key, value }) => ({
    key: Buffer.from(String(key)),
    value: Buffer.from(
      String(value)
        .replaceAll('"id":"some"', `"id":"${id}"`)
        .replaceAll('shop.orders', 'public.orders')
        .replace('"type":"COMPLETED"', `"type":"${end}"`),
    ),
  }))

describe('falsework connector snapshot', () => {
  it('says how many rows of each table were read', async () => {
    const { code, out, signals } = await snapshot(['bench', 'public.orders'])
    expect(out).toMatch(/^TABLE +ROWS +OUTCOME\npublic\.orders +2 +SUCCEEDED\n$/)
    expect(signals.map(({ table, id }) => [table, id.startsWith('falsework-')])).toEqual([
      ['public.falsework_signals', true],
    ])
    expect(code).toBe(0)
  })

  it('names what the connector file lacks where the connector cannot be asked, and asks for nothing', async () => {
    const { code, err, signals } = await snapshot(['bench', 'public.orders'], { settings: {} })
    expect(err).toContain('SNAPSHOT_NOT_ASKED')
    expect(err).toContain('"signal.data.collection": "SCHEMA.TABLE", "notification.enabled.channels": "sink"')
    expect({ code, signals }).toEqual({ code: 1, signals: [] })
  })

  it('names the table that the catalog has not, and a near one', async () => {
    const { code, err, signals } = await snapshot(['bench', 'public.order'])
    expect(err).toContain('UNKNOWN_NAME: the catalog of bench has no table public.order; did you mean "public.orders"?')
    expect({ code, signals }).toEqual({ code: 1, signals: [] })
  })
})
