/** A connector file: one JSON object of texts, which may hold references to secrets. */
import { configCodes } from '../core/diagnostics/codes/config.ts'
import { FalseworkError } from '../core/diagnostics/falsework-error.ts'
import type { Problem } from '../core/diagnostics/problem.ts'
import { linesShown } from '../core/diagnostics/problems-shown.ts'
import { placeText } from '../core/diagnostics/render-problem.ts'
import { mapOf } from '../core/shape/composites.ts'
import { refine } from '../core/shape/modifiers.ts'
import { jsonPlaces } from '../core/shape/json/json-value.ts'
import { parseJson } from '../core/shape/json/json-tree.ts'
import { problemsOf } from '../core/shape/problems-of.ts'
import { scalar, text } from '../core/shape/scalars.ts'
import { readParsed } from '../core/shape/shape.ts'
import { type ReferenceSources, referenceRefusal, resolveReferences } from './references.ts'

export type ConnectorSettings = Readonly<Record<string, string>>

export type ParsedConnector =
  | { readonly kind: 'connector'; readonly settings: ConnectorSettings }
  | { readonly kind: 'refused'; readonly problems: readonly Problem[] }

interface ConnectorFile {
  readonly text: string
  /** For the places of problems. */
  readonly file: string
}

/** Kafka Connect takes the text of numbers and truth values. */
const connectorShape = mapOf(
  text,
  refine(scalar, (value, complain) => {
    const mistaken = referenceRefusal(value)
    return mistaken === null ? value : complain([], mistaken.refused, mistaken.hint)
  }),
)

/** The settings as they are written, references included. */
export function parseConnectorFile(source: ConnectorFile): ParsedConnector {
  const read = readParsed(connectorShape, parseJson(source.text))
  if (read.kind === 'value') return { kind: 'connector', settings: Object.fromEntries(read.value) }
  const { name } = configCodes.CONFIG_INVALID
  return { kind: 'refused', problems: problemsOf(read.mistakes, { ...source, code: 'CONFIG_INVALID', name }) }
}

/**
 * The settings with their references resolved. What a reference brings stays inside of its value, whatever it holds.
 *
 * Raises `CONFIG_INVALID` with every mistake and its place, and `REFERENCE_UNRESOLVED` with the place of the value.
 */
export function readConnectorFile(source: ConnectorFile, references: ReferenceSources): ConnectorSettings {
  const parsed = parseConnectorFile(source)
  if (parsed.kind === 'refused') {
    const mistakes = parsed.problems.map(({ place, message }) => `${placeText(place)} ${message}`)
    throw new FalseworkError('CONFIG_INVALID', linesShown(source.file, mistakes))
  }
  const where = (name: string): string => placeText(jsonPlaces(source)([name]))
  return Object.fromEntries(
    Object.entries(parsed.settings).map(([name, value]) => [
      name,
      resolveReferences(value, references, () => where(name)),
    ]),
  )
}
