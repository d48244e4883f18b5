import type { DraftParts } from './draft-parts.ts'
import type { PublishedColumn } from './drafted-columns.ts'
import type { Example } from './field-form.ts'
import { quoted, yamlName } from '../shape/yaml/yaml-text.ts'

/** The fixture file: a row is inserted, changed and deleted. */
export function draftFixtures(parts: DraftParts): string {
  const { mapping, alias, noun, columns } = parts
  const { published, example } = columns
  const row = flow([...example])
  const own = published.filter(({ isKey }) => isKey)
  const key = quoted(keyText(parts))
  const fieldsOf = (some: readonly PublishedColumn[], changed?: PublishedColumn): string =>
    flow(some.map((one) => [one.field, one.examples[one === changed ? 1 : 0]]))
  const test = (name: string, change: readonly string[], expected: string): readonly string[] => [
    `  - name: ${name}`,
    '    given:',
    '      transaction:',
    `        - table: ${yamlName(alias)}`,
    ...change.map((line) => `          ${line}`),
    '    exact: true',
    `    expect: [${expected}]`,
    '',
  ]
  const event = (happened: string, fields: string): string =>
    `{event: ${noun}${happened}.v1, key: ${key}, fields: ${fields}}`
  const changing = published.find(({ isKey, examples: [first, second] }) => !isKey && quoted(first) !== quoted(second))
  const lines = [
    `mapping: ${yamlName(mapping)}`,
    'tests:',
    ...test('a row is inserted', ['op: insert', `after: ${row}`], event('Created', fieldsOf(published))),
    ...(changing === undefined
      ? []
      : test(
          'a column changes',
          ['op: update', `before: ${row}`, `set: ${flow([[changing.column.name, changing.examples[1]]])}`],
          event('Changed', fieldsOf(published, changing)),
        )),
    ...test('the row is deleted', ['op: delete', `before: ${row}`], event('Deleted', fieldsOf(own))),
  ]
  return `${lines.join('\n').trimEnd()}\n`
}

const flow = (entries: readonly (readonly [name: string, value: Example])[]): string =>
  `{${entries.map(([name, value]) => `${yamlName(name)}: ${quoted(value)}`).join(', ')}}`

/** As the key expression of the mapping gives it for the example. */
const keyText = ({ columns: { keyColumns, example } }: DraftParts): string =>
  keyColumns.map((name) => String(example.get(name))).join('|')
