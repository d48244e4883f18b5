/** The schema of connector files for editors: it describes the settings that must have certain values, and takes any other. */
import { connectorKeys } from '../../src/app/observe/explain.ts'
import type { JsonObject } from '../../src/core/diagnostics/json-object.ts'

/** Kafka Connect takes the text of numbers and truth values. */
const type = ['string', 'number', 'boolean']

export const connectorSchema = (): JsonObject => ({
  $schema: 'http://json-schema.org/draft-07/schema#',
  title: 'connectors/<name>.json',
  type: 'object',
  properties: Object.fromEntries(
    connectorKeys.map(({ path, expected, doc }) => [path, { type, description: `${expected}. ${doc}` }]),
  ),
  additionalProperties: { type },
})
