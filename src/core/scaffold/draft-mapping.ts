import type { DraftParts } from './draft-parts.ts'
import { columnPath } from './draft-names.ts'
import type { PublishedColumn } from './drafted-columns.ts'
import { unnamedOwner } from '../mapping/file/names.ts'
import { codesText } from './sample-facts.ts'
import { comment, quoted, yamlName } from '../shape/yaml/yaml-text.ts'

/** The mapping file: created, changed, deleted. */
export function draftMapping(parts: DraftParts): string {
  const { mapping, alias, noun, topic, namespace, source, table, columns } = parts
  const { published, left, key } = columns
  const own = published.filter(({ isKey }) => isKey)
  const changing = published.filter(({ isKey }) => !isKey)
  const changed = changing.map(({ column }) => yamlName(column.name)).join(', ')
  const rule = (name: string, on: string, event: string, fields: readonly string[]): readonly string[] => [
    `  - name: ${name}`,
    `    on: {table: ${yamlName(alias)}, ${on}}`,
    '    publish:',
    `      - event: ${noun}${event}`,
    ...(fields.length === 0
      ? ['        fields: {}']
      : ['        fields:', ...fields.map((field) => `          ${field}`)]),
  ]
  const lines = [
    comment(`A draft for ${table.name}, from its catalog: say what happens in the business instead of in the table.`),
    ...(left.length === 0 ? [] : ['# Left out:']),
    ...left.map(({ column, reason }) => comment(`  ${column.name} ${reason}`)),
    ...codesText(parts.sample).map(comment),
    `mapping: ${yamlName(mapping)}`,
    'format: 1',
    `owner: ${unnamedOwner}`,
    `source: ${quoted(source)}`,
    `tables: {${yamlName(alias)}: ${quoted(table.name)}}`,
    `defaults: {namespace: ${namespace}, topic: ${topic}, key: ${quoted(key.join(" + '|' + "))}}`,
    'rules:',
    ...rule('created', 'op: insert', 'Created', published.map(fieldOf('after'))),
    ...(changing.length === 0
      ? ['  # Updates: no column beside the key is published.']
      : rule('changed', `op: update, changed: [${changed}]`, 'Changed', published.map(fieldOf('after')))),
    ...rule('deleted', 'op: delete', 'Deleted', own.map(fieldOf('before'))),
    'onError: {default: deadLetter, unmapped: holdMapping}',
  ]
  return `${lines.join('\n')}\n`
}

const fieldOf =
  (image: 'before' | 'after') =>
  ({ field, expression, column }: PublishedColumn): string =>
    `${yamlName(field)}: ${quoted(expression(columnPath(image, column.name) ?? ''))}`
