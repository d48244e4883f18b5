/** A connector file: one JSON object of texts, which may hold references to secrets. */
import { configCodes } from '../core/diagnostics/codes/config.ts'
import { FalseworkError } from '../core/diagnostics/falsework-error.ts'
import { jsonLocator } from '../core/diagnostics/json-locator.ts'
import { isJsonObject, type JsonPath } from '../core/diagnostics/json-object.ts'
import { parseJsonText } from '../core/diagnostics/json-text.ts'
import type { Place, Problem } from '../core/diagnostics/problem.ts'
import { type ReferenceSources, resolveReferences } from './references.ts'

export type ConnectorSettings = Readonly<Record<string, string>>

export type ParsedConnector =
  | { readonly kind: 'connector'; readonly settings: ConnectorSettings }
  | { readonly kind: 'refused'; readonly problems: readonly Problem[] }

interface ConnectorFile {
  readonly text: string
  /** For the places of problems. */
  readonly file: string
}

/** The settings as they are written, references included. */
export function parseConnectorFile(source: ConnectorFile): ParsedConnector {
  const read = parseJsonText(source)
  if (read.kind === 'mistake') return { kind: 'refused', problems: [problem(read.place, read.message)] }
  const locate = jsonLocator(source.text, source.file)
  const problems: Problem[] = []
  const complain = (path: JsonPath, message: string): void => void problems.push(problem(locate(path), message))
  const settings = new Map<string, string>()
  if (!isJsonObject(read.json)) complain([], 'expected an object of settings')
  else {
    for (const [name, value] of Object.entries(read.json)) {
      if (typeof value === 'string') settings.set(name, value)
      // Kafka Connect takes the text of either.
      else if (typeof value === 'number' || typeof value === 'boolean') settings.set(name, String(value))
      else complain([name], `${name}: expected a text, as Kafka Connect takes it`)
    }
  }
  return problems.length > 0
    ? { kind: 'refused', problems }
    : { kind: 'connector', settings: Object.fromEntries(settings) }
}

/**
 * The settings with their references resolved. What a reference brings stays inside of its value, whatever it holds.
 *
 * Raises `CONFIG_INVALID` with every mistake and its place, and `REFERENCE_UNRESOLVED`.
 */
export function readConnectorFile(source: ConnectorFile, references: ReferenceSources): ConnectorSettings {
  const parsed = parseConnectorFile(source)
  if (parsed.kind === 'refused') {
    const mistakes = parsed.problems.map(({ place: { file, line, column }, message }) => {
      return `${file}:${line}:${column} ${message}`
    })
    throw new FalseworkError('CONFIG_INVALID', mistakes.join('\n'))
  }
  return Object.fromEntries(
    Object.entries(parsed.settings).map(([name, value]) => [name, resolveReferences(value, references)]),
  )
}

const problem = (place: Place, message: string): Problem => ({
  severity: 'error',
  code: 'CONFIG_INVALID',
  name: configCodes.CONFIG_INVALID.name,
  message,
  place,
})
