/** The benchmark's project on memory adapters: one table, one mapping, and a raw log of the form that Debezium writes. */
import { FetchedSchemas } from '../../src/app/capture/fetched-schemas.ts'
import { join } from 'node:path'
import { transactionRecords } from '../../bench/workload.ts'
import { readProject } from '../../src/adapters/files/project-files.ts'
import { type MemoryKafka, memoryKafka } from '../../src/adapters/memory/memory-kafka.ts'
import { MemoryRowStores } from '../../src/adapters/memory/stores/memory-row-store.ts'
import { MemorySchemaRegistry } from '../../src/adapters/schema-registry/memory-schema-registry.ts'
import { hastenedClock } from './hastened-clock.ts'
import type { Project } from '../../src/app/project/project-texts.ts'
import { type Registered, registerMappings } from '../../src/app/project/register-mappings.ts'
import { topicNames } from '../../src/core/delivery/topic-names.ts'
import type { RegisteredStage } from '../../src/core/registry/control-record.ts'
import type { Clock } from '../../src/ports/clock-log-metrics.ts'

export const names = topicNames('')
export const rawLog = names.rawLog('bench')

export async function benchProject(edit: (mapping: string) => string = (text) => text): Promise<Project> {
  const texts = await readProject(join(import.meta.dirname, '..', '..', 'bench', 'project'))
  return {
    texts: { ...texts, mappings: texts.mappings.map(({ path, text }) => ({ path, text: edit(text) })) },
    sources: new Map([['bench', { name: 'bench', connector: 'connectors/bench.json' }]]),
    keys: new Map(),
  }
}

export interface Installation {
  readonly kafka: MemoryKafka
  readonly schemaRegistry: MemorySchemaRegistry
  readonly rowStores: MemoryRowStores
  readonly register: (
    project: Project,
    options?: { only?: string[]; actor?: string; keys?: ReadonlyMap<string, string>; stage?: RegisteredStage },
  ) => Promise<Registered>
}

export function installation(own = names, clock: Clock = hastenedClock): Installation {
  const kafka = memoryKafka({ names: own, clock })
  const schemaRegistry = new MemorySchemaRegistry()
  let uuids = 0
  return {
    kafka,
    schemaRegistry,
    rowStores: new MemoryRowStores(),
    register: async (project, { only = [], actor = 'ana', keys = new Map(), stage } = {}) =>
      await registerMappings(project, only, {
        names: own,
        schemaRegistry,
        topicAdmin: kafka.topicAdmin,
        openControlLog: kafka.openControlLog,
        openRawLog: kafka.openRawLog,
        topicReader: kafka.topicReader,
        defaultPartitions: 6,
        keys,
        actor,
        wallMs: () => 0,
        ...(stage !== undefined && { stage }),
        uuid: () => `00000000-0000-4000-8000-${String((uuids += 1)).padStart(12, '0')}`,
      }),
  }
}

/** Appends source transactions `from` to `to`, ten changes each, as they are or edited. */
export async function fillRawLog(
  { kafka }: Installation,
  from: number,
  to: number,
  edit: (value: string) => string = (text) => text,
): Promise<void> {
  const config = { 'cleanup.policy': 'delete', 'retention.ms': '-1' }
  await kafka.topicAdmin.ensure([{ topic: rawLog, partitions: 1, config }])
  for (let number = from; number < to; number++) {
    for (const { key, value } of transactionRecords(rawLog, number))
      kafka.cluster.append(rawLog, { key, value: Buffer.from(edit(value?.toString() ?? '')) })
  }
}

/** Appends source transactions whose rows name the form of one column, as the transformation of the connector does. */
export function fillWithForm(
  { kafka }: Installation,
  numbers: readonly number[],
  forms: Readonly<Record<string, string>>,
): void {
  const header = Buffer.from(JSON.stringify(forms))
  for (const record of numbers.flatMap((number) => transactionRecords(rawLog, number))) {
    kafka.cluster.append(rawLog, { key: record.key, value: record.value, headers: [['falsework.columns', header]] })
  }
}

/** Appends a source transaction whose END never comes. */
export function fillTorn({ kafka }: Installation, number: number): void {
  for (const { key, value } of transactionRecords(rawLog, number).slice(0, -1))
    kafka.cluster.append(rawLog, { key, value })
}

/** Appends a source transaction that began before the commit of the one before it. */
export function fillWithoutHead({ kafka }: Installation, number: number): void {
  const [begin, ...rest] = transactionRecords(rawLog, number)
  const value = begin?.value?.toString().replace(/:(\d+)"/, ':1"') ?? ''
  kafka.cluster.append(rawLog, { key: begin?.key ?? null, value: Buffer.from(value) })
  for (const { key, value } of rest) kafka.cluster.append(rawLog, { key, value })
}

/** What a read_committed consumer sees of the events: key and id, partition by partition. */
export async function events({ kafka }: Installation): Promise<string[]> {
  const lines: string[] = []
  const signal = new AbortController().signal
  for await (const { partition, key, headers } of kafka.topicReader.read('order-changes.v1', {
    from: 'beginning',
    follow: false,
    signal,
  })) {
    lines.push(`${partition} ${key?.toString() ?? ''} ${headers.get('ce_id')?.toString() ?? ''}`)
  }
  return lines
}

/** What a person's commands are given, who is called Ana. */
export const operatorOf = ({ kafka, schemaRegistry }: Pick<Installation, 'kafka' | 'schemaRegistry'>) => ({
  openControlLog: kafka.openControlLog,
  openRawLog: kafka.openRawLog,
  topicReader: kafka.topicReader,
  schemas: new FetchedSchemas(schemaRegistry),
  names,
  rawLog,
  actor: 'ana',
  wallMs: () => 0,
  uuid: () => crypto.randomUUID(),
})
