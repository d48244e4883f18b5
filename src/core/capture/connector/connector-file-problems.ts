/** What a connector file alone tells of the conditions of lossless capture, as problems with their places. */
import type { SourceKind, Table } from '../../catalog/catalog.ts'
import { connectorCodes } from '../../diagnostics/codes/connector.ts'
import { jsonPlaces } from '../../shape/json/json-value.ts'
import type { Problem } from '../../diagnostics/problem.ts'
import { conditionsOf, configurationConditions } from './capture-conditions.ts'
import { asked, type CaptureFindings, type ConnectorSettings, notAsked } from './capture-findings.ts'
import type { Condition, Violation } from './condition.ts'
import { kindOfClass, secretsInClear } from './settings/setting-value.ts'

export interface ConnectorFile {
  readonly path: string
  readonly text: string
  readonly settings: ConnectorSettings
}

type Locate = ReturnType<typeof jsonPlaces>

const noServer = notAsked('validate asks no server')

/** What else of the project is known. */
export interface ConnectorSurroundings {
  readonly mappedTables: readonly Table[]
  /** Settings that something else has spoken of. */
  readonly said: ReadonlySet<string>
  /** What falsework.yaml says that the database is. */
  readonly kind?: SourceKind
}

/**
 * An error is what is written in the file and makes mapped data not arrive as the database has it. What is merely
 * risky, or not written, is a warning. A file without `connector.class` is no connector that could be applied and says
 * only how values are read: what it leaves out means nothing.
 */
export function connectorFileProblems(
  file: ConnectorFile,
  { mappedTables, said, kind }: ConnectorSurroundings,
): readonly Problem[] {
  const locate = jsonPlaces({ text: file.text, file: file.path })
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
  const meant = kindOfClass(file.settings['connector.class'] ?? '') ?? kind ?? 'postgres'
  const ofConditions = conditionsOf(meant, configurationConditions).flatMap((condition) => {
    const judgement = condition.judge(findings)
    if (judgement.kind !== 'violated') return []
    return judgement.violations
      .filter(({ setting }) => isConnector || isWritten(file, setting))
      .filter(({ setting }) => setting === undefined || !said.has(setting))
      .map((violation) => problem(condition, violation, { file, locate }))
  })
  return [...ofConditions, ...otherKindProblems(file, { kind, locate }), ...clearSecretProblems(file, locate)]
}

function otherKindProblems(
  { settings }: ConnectorFile,
  { kind, locate }: { readonly kind: SourceKind | undefined; readonly locate: Locate },
): readonly Problem[] {
  const written = settings['connector.class']
  const found = written === undefined ? null : kindOfClass(written)
  if (kind === undefined || found === null || found === kind) return []
  return [
    {
      severity: 'error',
      code: 'FW2601',
      name: connectorCodes.FW2601.name,
      message: `connector.class is of ${found}, and the project file says that the source is ${kind}`,
      place: locate(['connector.class']),
      hint: 'correct the class here, or kind there',
    },
  ]
}

/** A reference is resolved where the file is used; a secret in clear is in the history of the project for ever. */
function clearSecretProblems({ settings }: ConnectorFile, locate: Locate): readonly Problem[] {
  return secretsInClear(settings).map((setting) => ({
    severity: 'error',
    code: 'FW2603',
    name: connectorCodes.FW2603.name,
    message: `${setting} holds a secret in clear`,
    place: locate([setting]),
    hint: 'write ${env:NAME}, or ${file:PATH}',
  }))
}

function problem(
  { code: condition, why, remedy, weight }: Condition,
  violation: Violation,
  { file, locate }: { readonly file: ConnectorFile; readonly locate: Locate },
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
