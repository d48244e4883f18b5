import { describe, expect, it } from 'vitest'
import { transactionRecords } from '../../../bench/workload.ts'
import { FetchedSchemas } from '../../../src/app/capture/fetched-schemas.ts'
import type { Project } from '../../../src/app/project/project-texts.ts'
import { FalseworkError } from '../../../src/core/diagnostics/falsework-error.ts'
import { Converter } from '../../core/capture/avro/avro-of.ts'
import { benchProject, events, fillRawLog, installation, type Installation, rawLog } from '../bench-project.ts'
import { halted, reached, start, translated } from './running-daemon.ts'

async function avroProject(): Promise<Project> {
  const project = await benchProject()
  const connectors = project.texts.connectors.map(({ path, text }) => ({
    path,
    text: JSON.stringify({
      ...(JSON.parse(text) as object),
      'value.converter': 'io.confluent.connect.avro.AvroConverter',
    }),
  }))
  return { ...project, texts: { ...project.texts, connectors } }
}

/** The benchmark's source transactions, in Avro. */
async function fillInAvro(bench: Installation, converter: Converter, transactions: number): Promise<void> {
  await fillRawLog(bench, 0, 0)
  for (let number = 0; number < transactions; number += 1) {
    for (const record of transactionRecords(rawLog, number)) {
      const { key, value } = converter.recordOf({ key: record.key ?? null, value: record.value ?? null })
      bench.kafka.cluster.append(rawLog, { key: key as Buffer | null, value: value as Buffer | null })
    }
  }
}

/** A registry with the schemas of a converter; `asked` grows with each question. */
function registryOf(converter: Converter, answers: () => boolean = () => true) {
  const asked: number[] = []
  const byId = (id: number): Promise<string | null> => {
    asked.push(id)
    if (answers()) return Promise.resolve(converter.textOf(id))
    return Promise.reject(new FalseworkError('REGISTRY_UNREACHABLE', 'no answer'))
  }
  return { asked, schemas: new FetchedSchemas({ byId }) }
}

describe('a source whose raw log is Avro', () => {
  it('gives the events of the same log in JSON, and asks for each schema once', async () => {
    const json = installation()
    await fillRawLog(json, 0, 3)
    await json.register(await benchProject())
    await reached(start(json).daemon, translated(30))
    const [avro, converter] = [installation(), new Converter()]
    await fillInAvro(avro, converter, 3)
    await avro.register(await avroProject())
    const { asked, schemas } = registryOf(converter)
    await reached(start(avro, { schemas }).daemon, translated(30))
    expect(await events(avro)).toEqual(await events(json))
    expect(new Set(asked).size).toBe(asked.length)
    expect(asked.length).toBeGreaterThan(2)
  })

  it('waits for a registry that does not answer, and then goes on by itself', async () => {
    const [bench, converter] = [installation(), new Converter()]
    await fillInAvro(bench, converter, 1)
    await bench.register(await avroProject())
    let isUp = false
    const { schemas } = registryOf(converter, () => isUp)
    const { daemon } = start(bench, { schemas })
    await reached(daemon, ({ state }) => state.code === 'SCHEMAS_UNREACHABLE' && state.phase !== 'halted')
    isUp = true
    expect((await reached(daemon, translated(10))).state.code).toBeNull()
  })

  it('halts at a record whose schema the registry does not have, by name', async () => {
    const [bench, converter] = [installation(), new Converter()]
    await fillInAvro(bench, converter, 1)
    await bench.register(await avroProject())
    const schemas = new FetchedSchemas(bench.schemaRegistry)
    const report = await reached(start(bench, { schemas }).daemon, halted)
    expect(report.state.code).toBe('UNKNOWN_SCHEMA')
    expect(report.counts.events).toBe(0)
  })
})
