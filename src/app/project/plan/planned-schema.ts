/** What becomes of the schema of an event in the schema registry; asking changes nothing. */
import { type FieldChanges, fieldChanges } from '../../../core/event/compatibility/field-changes.ts'
import { canonicalJson } from '../../../core/registry/revision-hash.ts'
import type { RegisteredSchema, SchemaRegistry } from '../../../ports/schema-registry.ts'
import type { IntendedSchema } from './intended-revision.ts'

export type Change = 'new' | 'changed' | 'unchanged'

export interface PlannedSchema extends FieldChanges {
  /** `OrderPlaced.v1` */
  readonly event: string
  readonly subject: string
  readonly change: Change
}

/** `unchanged`: some version of the subject is this schema; fields are compared with the latest one. */
export async function plannedSchema(
  { event, version, subject, schema }: IntendedSchema,
  schemaRegistry: SchemaRegistry,
): Promise<PlannedSchema> {
  const released = await schemaRegistry.versions(subject)
  const isThere = released.some((one) => sameSchema(one, schema))
  const last = released.at(-1)?.schema ?? null
  return {
    event: `${event}.v${version}`,
    subject,
    change: isThere ? 'unchanged' : last === null ? 'new' : 'changed',
    ...fieldChanges(schema, isThere ? null : last),
  }
}

/** A registry may space a schema otherwise, and order its attributes. */
const sameSchema = ({ schema }: RegisteredSchema, text: string): boolean =>
  schema === text || canonicalJson(JSON.parse(schema)) === canonicalJson(JSON.parse(text))
