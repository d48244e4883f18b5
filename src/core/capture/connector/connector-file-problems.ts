/** What a connector file alone tells of the conditions of lossless capture, as problems with their places. */
import type { Table } from '../../catalog/catalog.ts'
import { connectorCodes } from '../../diagnostics/codes/connector.ts'
import { jsonLocator } from '../../diagnostics/json-locator.ts'
import type { Problem } from '../../diagnostics/problem.ts'
import { configurationConditions } from './capture-conditions.ts'
import { asked, type CaptureFindings, type ConnectorSettings, notAsked } from './capture-findings.ts'
import type { Condition, Violation } from './condition.ts'

export interface ConnectorFile {
  readonly path: string
  readonly text: string
  readonly settings: ConnectorSettings
}

const noServer = notAsked('validate asks no server')

/**
 * An error is what is written in the file and makes mapped data not arrive as the database has it. What is merely
 * risky, or not written, is a warning. A file without `connector.class` is no connector that could be applied and says
 * only how values are read: what it leaves out means nothing. `said`: settings that something else has spoken of.
 */
export function connectorFileProblems(
  file: ConnectorFile,
  { mappedTables, said }: { readonly mappedTables: readonly Table[]; readonly said: ReadonlySet<string> },
): readonly Problem[] {
  const locate = jsonLocator(file.text, file.path)
  const findings: CaptureFindings = {
    connector: asked(file.settings),
    connectorVersion: noServer,
    storedOffset: noServer,
    rawLogTopic: noServer,
    rawLog: noServer,
    rawLogCodec: noServer,
    database: noServer,
    mappedTables,
    keptTables: [],
  }
  const isConnector = isWritten(file, 'connector.class')
  return configurationConditions.flatMap((condition) => {
    const judgement = condition.judge(findings)
    if (judgement.kind !== 'violated') return []
    return judgement.violations
      .filter(({ setting }) => isConnector || isWritten(file, setting))
      .filter(({ setting }) => setting === undefined || !said.has(setting))
      .map((violation) => problem(condition, violation, { file, locate }))
  })
}

function problem(
  { code: condition, why, remedy, weight }: Condition,
  violation: Violation,
  { file, locate }: { readonly file: ConnectorFile; readonly locate: ReturnType<typeof jsonLocator> },
): Problem {
  const { setting, found } = violation
  const code = isWritten(file, setting) && weight === 'loses' ? 'FW2601' : 'FW2602'
  return {
    severity: code === 'FW2601' ? 'error' : 'warning',
    code,
    name: connectorCodes[code].name,
    message: `${found}: ${why} (${condition})`,
    place: locate(setting !== undefined && isWritten(file, setting) ? [setting] : []),
    hint: violation.remedy ?? remedy,
  }
}

const isWritten = ({ settings }: ConnectorFile, setting: string | undefined): boolean =>
  setting !== undefined && Object.hasOwn(settings, setting)
