/** Fields of a contract as a migration file names them. */
import type { ContractField } from '../../event/contract/contract.ts'
import type { Nullable, ValueType } from '../../values/type.ts'

export type FieldType = Nullable<ValueType>

export type FoundField =
  | { readonly kind: 'field'; readonly field: FieldType }
  /** `step` of the path is none of the fields that there are. */
  | { readonly kind: 'missing'; readonly step: string; readonly names: readonly string[] }

/** The field at a path; dots lead into records, and into the records of lists. */
export function fieldAt(fields: readonly ContractField[], path: string): FoundField {
  let within: ReadonlyMap<string, FieldType> = new Map(fields.map((field) => [field.name, field]))
  let field: FieldType | undefined
  for (const step of path.split('.')) {
    field = within.get(step)
    if (field === undefined) return { kind: 'missing', step, names: [...within.keys()] }
    within = fieldsInside(field.type)
  }
  return field === undefined ? { kind: 'missing', step: path, names: [] } : { kind: 'field', field }
}

const fieldsInside = (type: ValueType): ReadonlyMap<string, FieldType> =>
  type.kind === 'record' ? type.fields : type.kind === 'list' ? fieldsInside(type.element.type) : new Map()
