/** Preflight: asks connector, raw log and database whether the conditions of lossless capture hold. */
import { captureConditions, type CaptureFindings } from '../../core/capture/connector/capture-conditions.ts'
import { FalseworkError } from '../../core/diagnostics/falsework-error.ts'
import type { TopicNames } from '../../core/delivery/topic-names.ts'
import type { ConnectorAdmin, ConnectorConfig } from '../../ports/connector-admin.ts'
import type { DatabaseInspector } from '../../ports/database-inspector.ts'
import type { TopicAdmin } from '../../ports/topic-admin.ts'

export interface Diagnosis {
  readonly source: string
  readonly condition: string
  readonly verdict: 'ok' | 'violated' | 'unknown'
  readonly found: string
  readonly reason: string
  readonly remedy: string
}

export interface DoctorParts {
  readonly names: TopicNames
  readonly connector: string
  /** What the project's file says, for the names of slot and publication. */
  readonly fileConfig: ConnectorConfig
  readonly connectorAdmin: ConnectorAdmin
  readonly topicAdmin: TopicAdmin
  readonly openInspector: () => Promise<DatabaseInspector>
  readonly mappedTables: readonly string[]
}

/** What cannot be reached is reported, and does not hide the rest. */
export async function examineSource(source: string, parts: DoctorParts): Promise<Diagnosis[]> {
  const diagnoses: Diagnosis[] = []
  const ask = async <T>(what: string, question: () => Promise<T>): Promise<T | null> => {
    try {
      return await question()
    } catch (error) {
      if (!(error instanceof FalseworkError)) throw error
      diagnoses.push({
        source,
        condition: what,
        verdict: 'unknown',
        found: `${error.code}: ${error.message}`,
        reason: 'it cannot be asked',
        remedy: `look whether ${what} can be reached from here`,
      })
      return null
    }
  }
  const rawLogTopic = parts.names.rawLog(source)
  const connector = await ask('Kafka Connect', async () => await parts.connectorAdmin.config(parts.connector))
  const topics = await ask('Kafka', async () => await parts.topicAdmin.describe([rawLogTopic]))
  const database = await ask('the database', async () => await inspect(parts))
  if (connector === null) {
    diagnoses.push({
      source,
      condition: 'connector',
      verdict: 'violated',
      found: `Kafka Connect has no connector ${parts.connector}`,
      reason: 'nothing is captured',
      remedy: 'run `falsework connector apply`',
    })
  }
  const findings: CaptureFindings = {
    connector: connector ?? parts.fileConfig,
    rawLog: topics?.get(rawLogTopic) ?? null,
    rawLogTopic,
    database,
    mappedTables: parts.mappedTables,
  }
  return [...diagnoses, ...captureConditions.map((condition) => diagnose(source, condition, findings))]
}

function diagnose(
  source: string,
  { name, reason, remedy, check }: (typeof captureConditions)[number],
  findings: CaptureFindings,
): Diagnosis {
  const violation = check(findings)
  const verdict = violation === null ? 'ok' : 'violated'
  return { source, condition: name, verdict, found: violation?.found ?? '', reason, remedy }
}

async function inspect({ fileConfig, openInspector }: DoctorParts): Promise<CaptureFindings['database']> {
  const inspector = await openInspector()
  try {
    return await inspector.capture({
      slot: fileConfig['slot.name'] ?? '',
      publication: fileConfig['publication.name'] ?? '',
    })
  } finally {
    await inspector.close()
  }
}
