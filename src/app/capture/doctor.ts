/** Preflight: asks connector, raw log and database whether the conditions of lossless capture hold. */
import { conditionsOf } from '../../core/capture/connector/capture-conditions.ts'
import {
  type Asked,
  asked,
  type CaptureFacts,
  type CaptureFindings,
  notAsked,
} from '../../core/capture/connector/capture-findings.ts'
import type { Condition } from '../../core/capture/connector/condition.ts'
import { writtenTablesOf } from '../../core/capture/connector/settings/written-tables.ts'
import { settingOf } from '../../core/capture/connector/settings/setting-value.ts'
import type { SourceKind, Table } from '../../core/catalog/catalog.ts'
import type { TopicNames } from '../../core/delivery/topic-names.ts'
import { FalseworkError } from '../../core/diagnostics/falsework-error.ts'
import type { ConnectorAdmin, ConnectorConfig } from '../../ports/connect/connector-admin.ts'
import type { ConnectorOffsets } from '../../ports/connect/connector-offsets.ts'
import type { DatabaseInspector } from '../../ports/database/database-inspector.ts'
import type { OpenRawLog } from '../../ports/kafka/raw-log.ts'
import type { TopicAdmin } from '../../ports/kafka/topic-admin.ts'
import { emptyTail, type RawLogTail, readRawLogTail } from './raw-log-tail.ts'

export interface Diagnosis {
  readonly source: string
  readonly condition: string
  /** `notAsked`: what the condition is about could not be asked, and nothing is said of it. */
  readonly verdict: 'ok' | 'violated' | 'notAsked'
  /** What was found instead, or why it could not be asked; where it holds, what is worth knowing beside. */
  readonly found: string
  readonly what: string
  readonly why: string
  readonly remedy: string
}

export interface DoctorParts {
  readonly names: TopicNames
  /** What the project says that the database is. */
  readonly kind: SourceKind
  readonly connector: string
  /** What the project's file says, for the names of slot and publication. */
  readonly fileConfig: ConnectorConfig
  readonly connectorAdmin: ConnectorAdmin
  readonly connectorOffsets: ConnectorOffsets
  readonly topicAdmin: TopicAdmin
  readonly openRawLog: OpenRawLog
  readonly openInspector: () => Promise<DatabaseInspector>
  readonly mappedTables: readonly Table[]
  /** Tables of the catalog that are not excluded from the row store. */
  readonly keptTables: readonly Table[]
}

/** Every condition is answered; what cannot be reached hides nothing else. */
export async function examineSource(source: string, parts: DoctorParts): Promise<Diagnosis[]> {
  const rawLogTopic = parts.names.rawLog(source)
  const topics = await ask(async () => await parts.topicAdmin.describe([rawLogTopic]))
  const rawLog = topics.kind === 'asked' ? asked(topics.value.get(rawLogTopic) ?? null) : topics
  const tail = await tailOf(rawLog, async () => await readRawLogTail(parts.openRawLog, rawLogTopic))
  const connector = await ask(async () => await parts.connectorAdmin.config(parts.connector))
  // Before the stored offset: see `compareSlot`.
  const database = await ask(async () => await inspect(parts, connector.kind === 'asked' ? connector.value : null))
  const findings: CaptureFindings = {
    connector,
    connectorVersion: tail.kind === 'asked' ? asked(tail.value.connectorVersion) : tail,
    storedOffset: await ask(async () => (await parts.connectorOffsets.read(parts.connector))[0] ?? null),
    rawLogTopic: asked(rawLogTopic),
    rawLog,
    rawLogCodec: tail.kind === 'asked' ? asked(tail.value.codec) : tail,
    database,
    mappedTables: parts.mappedTables,
    keptTables: parts.keptTables,
  }
  return conditionsOf(parts.kind).flatMap((condition) => diagnose(source, condition, findings))
}

/** A log that is not there tells nothing. */
async function tailOf(
  rawLog: CaptureFindings['rawLog'],
  question: () => Promise<RawLogTail>,
): Promise<Asked<RawLogTail>> {
  if (rawLog.kind === 'notAsked') return rawLog
  return rawLog.value === null ? asked(emptyTail) : await ask(question)
}

async function ask<T>(question: () => Promise<T>): Promise<Asked<T>> {
  try {
    return asked(await question())
  } catch (error) {
    if (!(error instanceof FalseworkError)) throw error
    return notAsked(`${error.code}: ${error.message}`)
  }
}

function diagnose(source: string, condition: Condition, findings: CaptureFindings): readonly Diagnosis[] {
  const { code, what, why, remedy } = condition
  const judgement = condition.judge(findings)
  const about = { source, condition: code, verdict: judgement.kind, what, why, remedy }
  switch (judgement.kind) {
    case 'ok':
      return [{ ...about, found: judgement.found ?? '' }]
    case 'notAsked':
      return [{ ...about, found: judgement.why }]
    case 'violated':
      return judgement.violations.map(({ found, remedy: better = remedy }) => ({ ...about, found, remedy: better }))
  }
}

async function inspect(
  { fileConfig, openInspector, mappedTables }: DoctorParts,
  connector: ConnectorConfig | null,
): Promise<CaptureFacts> {
  const written = writtenTablesOf(connector ?? fileConfig).map(({ table }) => table)
  const inspector = await openInspector()
  try {
    return await inspector.capture({
      slot: settingOf(fileConfig, 'slot.name') ?? 'debezium',
      publication: settingOf(fileConfig, 'publication.name') ?? 'dbz_publication',
      tables: [...new Set([...mappedTables.map(({ name }) => name), ...written])],
    })
  } finally {
    await inspector.close()
  }
}
