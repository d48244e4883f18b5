/** A case: a small project and a raw log, taken through validation, registration and translation as the daemon would. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { memoryKafka } from '../../src/adapters/memory/memory-kafka.ts'
import { MemorySchemaRegistry } from '../../src/adapters/schema-registry/memory-schema-registry.ts'
import { systemClock } from '../../src/adapters/system/system-clock.ts'
import { readProject } from '../../src/adapters/files/project-files.ts'
import { contractsById, readableEvent } from '../../src/app/observe/decode-event.ts'
import { readRegistry } from '../../src/app/observe/registered.ts'
import type { Project } from '../../src/app/project/project-texts.ts'
import { registerMappings } from '../../src/app/project/register-mappings.ts'
import { validateProject } from '../../src/app/project/validate-project.ts'
import { readProjectConfig } from '../../src/config/project-config.ts'
import type { TableName } from '../../src/core/catalog/catalog.ts'
import { firstCheckpoint, type Noticed } from '../../src/core/delivery/checkpoint.ts'
import { topicNames } from '../../src/core/delivery/topic-names.ts'
import { FalseworkError } from '../../src/core/diagnostics/falsework-error.ts'
import type { OutputRecord } from '../../src/core/event/event-record.ts'
import type { Problem } from '../../src/core/diagnostics/problem.ts'
import type { RegistryState } from '../../src/core/registry/registry-state.ts'
import { batchBytesMaxByDefault } from '../../src/core/event/event-size.ts'
import { activateRevisions } from '../../src/core/translation/revisions/active-revisions.ts'
import { type Slice, SourceTranslation } from '../../src/core/translation/source-translation.ts'
import { rawRecords, type TextRecord } from '../core/capture/raw-log-of.ts'
import { RowsOfRun } from '../core/rows/rows-in-memory.ts'

const names = topicNames('')

export interface CaseOutcome {
  /** What `validate` says; with an error among it nothing else was run. */
  readonly problems: readonly Problem[]
  /** The event's name and its fields, in the order in which they would be published; dead letters by their class. */
  readonly published: readonly string[]
  /** What the dead letters among them say. */
  readonly letters: readonly string[]
  /** The code that halted the source. */
  readonly halted: string | null
  readonly message: string | null
  readonly noticed: Noticed | null
  /** By mapping that waits for rows, their tables. */
  readonly waiting: ReadonlyMap<string, readonly TableName[]>
}

const inputs = join(import.meta.dirname, 'inputs')

export async function caseProject(name: string): Promise<Project> {
  const root = join(inputs, name, 'project')
  const config = readProjectConfig(
    { text: readFileSync(join(root, 'falsework.yaml'), 'utf8'), file: 'falsework.yaml' },
    {},
  )
  return { texts: await readProject(root), sources: config.sources, keys: new Map() }
}

export function caseFile(name: string, file: string): string {
  return readFileSync(join(inputs, name, file), 'utf8')
}

export function caseRecords(name: string, log = 'raw.jsonl'): readonly TextRecord[] {
  const lines = caseFile(name, log).trimEnd().split('\n')
  return lines.map((line) => JSON.parse(line) as TextRecord)
}

export async function runCase(name: string, log = 'raw.jsonl'): Promise<CaseOutcome> {
  return await runProject(await caseProject(name), caseRecords(name, log))
}

export async function runProject(project: Project, records: readonly TextRecord[]): Promise<CaseOutcome> {
  // A case may declare what only some of its expressions use.
  const problems = validateProject(project, names).problems.filter(({ code }) => code !== 'FW2325')
  if (problems.some(({ severity }) => severity === 'error')) {
    return { problems, published: [], letters: [], halted: null, message: null, noticed: null, waiting: new Map() }
  }
  const registry = await registered(project)
  const context = {
    source: 's',
    incarnation: 1,
    names,
    keys: new Map<string, string>(),
    batchBytesMaxOf: () => batchBytesMaxByDefault,
  }
  const active = activateRevisions(registry, context)
  const run = new RowsOfRun(active)
  const translation = new SourceTranslation({
    active,
    rows: run.rows,
    checkpoint: firstCheckpoint({
      source: 's',
      incarnation: 1,
      next: 0,
      registryOffset: registry.end,
      timeZoneDatabase: 'test',
    }),
  })
  const raw = rawRecords(records)
  const slices: Slice[] = []
  let halt: FalseworkError | null = null
  try {
    for (const index of records.keys()) {
      translation.accept(raw, index)
      if (translation.waiting?.kind === 'rows') slices.push(...leftRowsOf(translation, run))
    }
  } catch (error) {
    // Anything but a declared code is a fault of ours, and fails the test.
    if (!(error instanceof FalseworkError)) throw error
    halt = error
  }
  const slice = translation.take()
  slices.push(slice)
  return {
    problems,
    published: slices.flatMap((one) => readable(one, registry)),
    letters: slices.flatMap(({ records: output }) => output.flatMap(letterOf)),
    waiting: translation.awaited,
    halted: halt?.code ?? null,
    message: halt?.message ?? null,
    noticed: slice.checkpoint.noticed ?? null,
  }
}

async function registered(project: Project): Promise<RegistryState> {
  const kafka = memoryKafka({ names, clock: systemClock })
  let uuids = 0
  await registerMappings(project, [], {
    names,
    schemaRegistry: new MemorySchemaRegistry(),
    topicAdmin: kafka.topicAdmin,
    openControlLog: kafka.openControlLog,
    openRawLog: kafka.openRawLog,
    topicReader: kafka.topicReader,
    defaultPartitions: 1,
    keys: new Map(),
    actor: 'ana',
    wallMs: () => 0,
    uuid: () => `00000000-0000-4000-8000-${String((uuids += 1)).padStart(12, '0')}`,
  })
  return await readRegistry(kafka.openControlLog)
}

/** The slice at hand, and then all rows that a snapshot has left. */
function leftRowsOf(translation: SourceTranslation, run: RowsOfRun): readonly Slice[] {
  const slices = [translation.take()]
  for (let left = translation.leftRows; left !== null; left = translation.leftRows) {
    translation.publishRows(left, run.page(left), null)
    slices.push(translation.take())
  }
  return slices
}

function readable({ records }: Slice, registry: RegistryState): readonly string[] {
  const contracts = contractsById(registry)
  return records.map(({ topic, partition, key, value, fixedHeaders, headers }) => {
    if (topic === names.deadLetters) return `dead letter: ${failureIn(value).class}`
    const named = new Map([...fixedHeaders].map(([name, text]) => [name, Buffer.from(text)]))
    for (let at = 0; at < headers.length; at += 2) named.set(headers[at] ?? '', Buffer.from(headers[at + 1] ?? ''))
    const event = readableEvent({ topic, partition, offset: 0, timestampMs: 0, key, value, headers: named }, contracts)
    if (event.fields === null) return `${event.key ?? ''} removed`
    const text = JSON.stringify(event.fields, (_, field: unknown) =>
      typeof field === 'bigint' ? field.toString() : field,
    )
    return `${event.type.split('.').at(-1) ?? ''} ${text}`
  })
}

const failureIn = (value: Buffer | null): { readonly class: string; readonly message: string } =>
  (JSON.parse(value?.toString() ?? '{}') as { failure: { class: string; message: string } }).failure

const letterOf = ({ topic, value }: OutputRecord): readonly string[] =>
  topic === names.deadLetters ? [failureIn(value).message] : []
