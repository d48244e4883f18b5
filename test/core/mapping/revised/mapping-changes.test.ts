/** What is told of a mapping's file beside the one before. */
import { describe, expect, it } from 'vitest'
import { readFile } from '../../../../src/core/mapping/file/findings.ts'
import { mappingShape } from '../../../../src/core/mapping/file/shapes/mapping-shape.ts'
import { mappingChanges, type RevisedFile } from '../../../../src/core/mapping/revised/mapping-changes.ts'
import { sound } from '../sample.ts'

function revised(text: string, codes: Readonly<Record<string, string>> = {}): RevisedFile {
  const { file } = readFile(mappingShape, { text, file: 'orders.yaml' })
  if (file === null) throw new Error('it cannot be read')
  return { file, codes: new Map(Object.entries(codes)) }
}

const told = (before: RevisedFile, after: RevisedFile): readonly string[] =>
  mappingChanges(before, after).map(
    ({ rule, event, kind, name, before: was, after: is, through }) =>
      `${rule ?? '-'} ${event ?? '-'} ${kind} ${name}: ${through.length > 0 ? `through ${through.join(', ')}` : `${was} -> ${is}`}`,
  )

/** The sound mapping beside itself with other text in some places. */
function changesOf(...edits: readonly (readonly [from: string, to: string])[]): readonly string[] {
  const edited = edits.reduce((text, [from, to]) => {
    if (!text.includes(from)) throw new Error(`not in the mapping: ${from}`)
    return text.replace(from, () => to)
  }, sound)
  return told(revised(sound), revised(edited))
}

describe('the changes of a mapping', () => {
  it('are none where only places, comments and quotes differ', () => {
    expect(changesOf(['rules:\n', '# what becomes of an order\nrules:\n'], ['"after.note"', "'after.note'"])).toEqual(
      [],
    )
  })

  it.each([
    [
      'a field whose expression is another one',
      ['"after.note"', '"trim(after.note)"'],
      ['placed OrderPlaced.v1 field note: after.note -> trim(after.note)'],
    ],
    [
      'a field that comes',
      ['          note: "after.note"', '          note: "after.note"\n          gift: "payment.gift"'],
      ['placed OrderPlaced.v1 field gift: null -> payment.gift'],
    ],
    [
      'a field that goes',
      ['          note: "after.note"\n', ''],
      ['placed OrderPlaced.v1 field note: after.note -> null'],
    ],
    [
      'a field within a list',
      ['quantity: "line.qty"', 'quantity: "line.qty * 2"'],
      ['placed OrderPlaced.v1 field lines.quantity: line.qty -> line.qty * 2'],
    ],
    [
      'a reason to let personal data leave',
      ['"after.note"', '{expr: "after.note", allowPii: "agreed"}'],
      ['placed OrderPlaced.v1 field note: after.note -> after.note, allowPii: agreed'],
    ],
    [
      'the guard of a rule',
      [`"before.status != 'S' && after.status == 'S'"`, `"after.status == 'S'"`],
      [`shipped - setting when: before.status != 'S' && after.status == 'S' -> after.status == 'S'`],
    ],
    [
      'the changes that a rule is about',
      ['op: update, changed: [status]', 'op: update, changed: any'],
      [
        'shipped - setting on: {table: orders, changed: [status], per: row, operations: [update]} -> {table: orders, changed: any, per: row, operations: [update]}',
      ],
    ],
    [
      'the key that all events take from the defaults',
      ['key: "string(row.id)"', `key: "'o-' + string(row.id)"`],
      [
        `placed OrderPlaced.v1 setting key: string(row.id) -> 'o-' + string(row.id)`,
        `shipped OrderShipped.v1 setting key: string(row.id) -> 'o-' + string(row.id)`,
        `removed OrderRemoved.v1 setting key: string(row.id) -> 'o-' + string(row.id)`,
      ],
    ],
    [
      'a let, with the field that reads it',
      ['id: "string(after.id)"', `id: "'o-' + string(after.id)"`],
      [
        `placed - setting let id: string(after.id) -> 'o-' + string(after.id)`,
        'placed OrderPlaced.v1 field orderId: through id',
      ],
    ],
    [
      'a code table, with the field that calls it',
      ['2: TRANSFER}', '2: TRANSFER, 3: CASH}'],
      [
        '- - setting code table method: {1: CARD, 2: TRANSFER}, unknown: {value: OTHER} -> {1: CARD, 2: TRANSFER, 3: CASH}, unknown: {value: OTHER}',
        'placed OrderPlaced.v1 field method: through method',
      ],
    ],
    [
      'rows of the transaction, with the list that is made of them',
      ['rows: 1..500', 'rows: 0..500'],
      [
        expect.stringMatching(/^placed - setting with items: .*rows: \{min: 1, max: 500\}.* -> .*min: 0/),
        'placed OrderPlaced.v1 field lines: through items',
      ],
    ],
    [
      'what becomes of inputs that fail',
      ['onError: {default: deadLetter}', 'onError: {default: haltSource}'],
      ['- - setting onError default: deadLetter -> haltSource'],
    ],
    [
      'a rule of another name, whole on both sides',
      ['name: removed', 'name: gone'],
      [
        'removed - setting rule: publishes OrderRemoved.v1 -> null',
        'gone - setting rule: null -> publishes OrderRemoved.v1',
      ],
    ],
    [
      'an event of another name, by its fields',
      ['event: OrderRemoved', 'event: OrderGone'],
      ['removed OrderRemoved.v1 setting event: orderId -> null', 'removed OrderGone.v1 setting event: null -> orderId'],
    ],
  ] as const)('are %s', (_what, edit, expected) => {
    expect(changesOf(edit)).toEqual(expected)
  })

  it('are shared expressions once, and in each field that reads them', () => {
    const sharing = sound
      .replace('rules:\n', 'shared:\n  let: {id: "string(row.id)"}\nrules:\n')
      .replace('    let:\n      id: "string(after.id)"\n', '')
      .replace('{orderId: "string(before.id)"}', '{orderId: "upper(id)"}')
    const edited = sharing.replace('{id: "string(row.id)"}', '{id: "trim(string(row.id))"}')
    expect(told(revised(sharing), revised(edited))).toEqual([
      '- - setting shared let id: string(row.id) -> trim(string(row.id))',
      'placed OrderPlaced.v1 field orderId: through id',
      'removed OrderRemoved.v1 field orderId: through id',
    ])
  })

  it('are told of a let that reads another one, in the field at the end', () => {
    const chained = sound.replace('      id: "string(after.id)"', '      no: "after.id"\n      id: "string(no)"')
    const edited = chained.replace('no: "after.id"', 'no: "after.id + 1"')
    expect(told(revised(chained), revised(edited))).toEqual([
      'placed - setting let no: after.id -> after.id + 1',
      'placed OrderPlaced.v1 field orderId: through no',
    ])
  })

  it('are what a file of codes says, too', () => {
    const filed = sound.replace('{values: {1: CARD, 2: TRANSFER}, unknown', '{file: codes/methods.yaml, unknown')
    const path = 'codes/methods.yaml'
    const found = told(revised(filed, { [path]: '1: CARD\n' }), revised(filed, { [path]: '1: CARDS\n' }))
    expect(found).toEqual([
      expect.stringContaining('code table method: '),
      'placed OrderPlaced.v1 field method: through method',
    ])
  })

  it('are told apart where a rule has two entries of one event', () => {
    const entry = '      - event: OrderRemoved\n        fields: {orderId: "string(before.id)"}\n'
    const twice = sound.replace(entry, entry + entry)
    const edited = sound.replace(entry, entry + entry.replace('"string(before.id)"', '"\'x\'"'))
    expect(told(revised(twice), revised(edited))).toEqual([
      "removed OrderRemoved.v1 (2) field orderId: string(before.id) -> 'x'",
    ])
  })
})
