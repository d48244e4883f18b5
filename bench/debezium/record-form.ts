/** How keys and values stand in the bytes of a raw record: one form for each converter that users run. */
import type { CapturedTable } from './captured-table.ts'
import { boundarySchemas, rowSchemas, type Schemas } from './connect-schemas.ts'

/** `of` is the table of a row, or null for BEGIN and END. A converter of another wire format is one more of these. */
export interface RecordForm {
  readonly name: string
  readonly key: (key: object, of: CapturedTable | null) => Buffer
  readonly value: (value: object, of: CapturedTable | null) => Buffer
}

/** `JsonConverter` with `schemas.enable=false`. */
export const plainJson: RecordForm = {
  name: 'JSON',
  key: (key) => Buffer.from(JSON.stringify(key)),
  value: (value) => Buffer.from(JSON.stringify(value)),
}

/** `JsonConverter` with `schemas.enable=true`, its default. */
export const jsonWithSchemas: RecordForm = {
  name: 'JSON with schemas',
  key: (key, of) => Buffer.from(`{"schema":${schemasOf(of).key},"payload":${JSON.stringify(key)}}`),
  value: (value, of) => Buffer.from(`{"schema":${schemasOf(of).value},"payload":${JSON.stringify(value)}}`),
}

const known = new Map<CapturedTable | null, Schemas>()

function schemasOf(table: CapturedTable | null): Schemas {
  const schemas = known.get(table) ?? (table === null ? boundarySchemas : rowSchemas(table))
  known.set(table, schemas)
  return schemas
}
