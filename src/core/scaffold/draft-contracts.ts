import type { DraftParts } from './draft-parts.ts'
import { unnamedOwner } from '../mapping/file/names.ts'
import type { PublishedColumn } from './drafted-columns.ts'

/** The contracts of the events of a draft, as `.avsc` texts; each says that it is one, so that nobody registers it unread. */
export function draftContracts(parts: DraftParts): readonly { readonly event: string; readonly text: string }[] {
  const { noun, table, columns } = parts
  const { published } = columns
  const own = published.filter(({ isKey }) => isKey)
  const contract = (happened: string, verb: string, fields: readonly PublishedColumn[]) => {
    const event = `${noun}${happened}`
    const json = {
      type: 'record',
      name: event,
      namespace: parts.namespace,
      owner: unnamedOwner,
      draft: true,
      doc: `A row of ${table.name} was ${verb}.`,
      fields: fields.map((field) => fieldJson(parts, field)),
    }
    return { event, text: `${JSON.stringify(json, null, 2)}\n` }
  }
  return [
    contract('Created', 'inserted', published),
    ...(published.length === own.length ? [] : [contract('Changed', 'updated', published)]),
    contract('Deleted', 'deleted', own),
  ]
}

function fieldJson({ table }: DraftParts, { field, avro, column }: PublishedColumn): object {
  const { name, nullable, comment, values = [], type } = column
  const meaning = comment ?? `Column ${name} of ${table.name}, ${type}.`
  const doc = values.length === 0 ? meaning : `${meaning} One of ${values.join(', ')}.`
  return nullable ? { name: field, type: ['null', avro], doc, default: null } : { name: field, type: avro, doc }
}
