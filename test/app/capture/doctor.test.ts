import { describe, expect, it } from 'vitest'
import { MemoryConnect } from '../../../src/adapters/connect/memory-connect.ts'
import { type DoctorParts, examineSource } from '../../../src/app/capture/doctor.ts'
import { readRawLogTail } from '../../../src/app/capture/raw-log-tail.ts'
import { conditionsOf } from '../../../src/core/capture/connector/capture-conditions.ts'
import type { CaptureFacts } from '../../../src/core/capture/connector/capture-findings.ts'
import { FalseworkError } from '../../../src/core/diagnostics/falsework-error.ts'
import type { ConnectorConfig } from '../../../src/ports/connect/connector-admin.ts'
import type { DatabaseInspector } from '../../../src/ports/database/database-inspector.ts'
import { sound, soundFacts, soundOffset, soundSettings } from '../../core/capture/connector/sound-capture.ts'
import { fillRawLog, installation, names, rawLog } from '../bench-project.ts'

const unreachable = (code: string) => async (): Promise<never> => await Promise.reject(new FalseworkError(code, 'down'))

class UnreachableConnect extends MemoryConnect {
  override config = unreachable('CONNECT_UNREACHABLE')
  override read = unreachable('CONNECT_UNREACHABLE')
}

const inspectorOf = (facts: CaptureFacts): DatabaseInspector => ({
  tables: unreachable('DATABASE_REFUSED'),
  capture: async () => await Promise.resolve(facts),
  slotPosition: () => Promise.reject(new Error('nobody asks')),
  sample: () => Promise.reject(new Error('nobody asks')),
  close: async () => await Promise.resolve(),
})

async function shop(config: ConnectorConfig | null = soundSettings): Promise<DoctorParts> {
  const { topicAdmin, openRawLog } = installation().kafka
  await topicAdmin.ensure([{ topic: 'raw.shop', partitions: 1, config: { 'cleanup.policy': 'delete' } }])
  const connectorAdmin = new MemoryConnect()
  if (config !== null) {
    await connectorAdmin.apply('shop', config)
    await connectorAdmin.write('shop', [soundOffset])
  }
  return {
    kind: 'postgres',
    names,
    connector: 'shop',
    fileConfig: soundSettings,
    connectorAdmin,
    connectorOffsets: connectorAdmin,
    topicAdmin,
    openRawLog,
    openInspector: async () => await Promise.resolve(inspectorOf(soundFacts)),
    mappedTables: sound.mappedTables,
    keptTables: sound.keptTables,
  }
}

async function verdicts(parts: DoctorParts): Promise<Record<string, string[]>> {
  const diagnoses = await examineSource('shop', parts)
  const byVerdict = Map.groupBy(diagnoses, ({ verdict }) => verdict)
  return Object.fromEntries([...byVerdict].map(([verdict, list]) => [verdict, list.map(({ condition }) => condition)]))
}

const codes = conditionsOf('postgres').map(({ code }) => code)

describe('the doctor', () => {
  it('answers each condition, and finds nothing where all is well', async () => {
    expect(await verdicts(await shop())).toEqual({ ok: codes })
  })

  it('calls nothing violated when everything is down, and says of each condition why it could not be asked', async () => {
    const { topicAdmin, ...parts } = await shop()
    const diagnoses = await examineSource('shop', {
      ...parts,
      connectorAdmin: new UnreachableConnect(),
      connectorOffsets: new UnreachableConnect(),
      topicAdmin: {
        describe: unreachable('KAFKA_UNREACHABLE'),
        batchBytesMax: unreachable('KAFKA_UNREACHABLE'),
        ensure: unreachable('KAFKA_UNREACHABLE'),
        close: async () => {
          await topicAdmin.close()
        },
      },
      openInspector: unreachable('DATABASE_UNREACHABLE'),
    })
    expect(diagnoses.map(({ condition }) => condition)).toEqual(codes)
    expect(new Set(diagnoses.map(({ verdict }) => verdict))).toEqual(new Set(['notAsked']))
    expect(new Set(diagnoses.map(({ found }) => found))).toEqual(
      new Set(['CONNECT_UNREACHABLE: down', 'KAFKA_UNREACHABLE: down', 'DATABASE_UNREACHABLE: down']),
    )
  })

  it('is not kept from the rest by one part that cannot be asked', async () => {
    const found = await verdicts({ ...(await shop()), openInspector: unreachable('DATABASE_UNREACHABLE') })
    expect(found['violated']).toBeUndefined()
    expect(found['ok']).toContain('raw-log')
    expect(found['notAsked']).toContain('slot')
  })

  it('tells a connector that is not there from one that cannot be asked, and judges no settings of it', async () => {
    const found = await verdicts(await shop(null))
    expect(found['violated']).toEqual(['connector'])
    expect(found['notAsked']).toContain('connector-skipped-operations')
  })

  it('knows the release of Debezium and the compression from the latest changes in the raw log', async () => {
    const bench = installation()
    await bench.kafka.topicAdmin.ensure([{ topic: rawLog, partitions: 1, config: {} }])
    expect(await readRawLogTail(bench.kafka.openRawLog, rawLog)).toEqual({ connectorVersion: null, codec: null })
    await fillRawLog(bench, 0, 3)
    const tail = await readRawLogTail(bench.kafka.openRawLog, rawLog)
    expect(tail.connectorVersion).toMatch(/^3\.\d/)
    expect(tail.codec).toBe('none')
  })

  it('says how the raw log is compressed, where all is well', async () => {
    const diagnoses = await examineSource('shop', await shop())
    expect(diagnoses.find(({ condition }) => condition === 'raw-log-compression')).toMatchObject({
      verdict: 'ok',
      found: 'compression.type is producer',
    })
  })

  it('gives each violation its own remedy', async () => {
    const diagnoses = await examineSource('shop', await shop({ ...soundSettings, 'message.key.columns': 'a.b:c' }))
    expect(diagnoses.filter(({ verdict }) => verdict === 'violated')).toMatchObject([
      {
        condition: 'connector-changes-nothing',
        found: 'message.key.columns: the key of a record is not the primary key',
        remedy: expect.stringContaining('remove message.key.columns') as string,
      },
    ])
  })

  it('asks for the slot and the publication that the connector takes by default, and for the tables that it writes', async () => {
    const asked: unknown[] = []
    const parts = await shop()
    await examineSource('shop', {
      ...parts,
      fileConfig: {},
      openInspector: async () =>
        await Promise.resolve({
          ...inspectorOf(soundFacts),
          capture: async (wanted: unknown) => {
            asked.push(wanted)
            return await Promise.resolve(soundFacts)
          },
        }),
    })
    expect(asked).toEqual([
      {
        slot: 'debezium',
        publication: 'dbz_publication',
        tables: ['public.orders', 'public.falsework_heartbeat', 'public.falsework_signals'],
      },
    ])
  })
})
