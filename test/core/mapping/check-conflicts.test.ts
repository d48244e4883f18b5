import { expect, it } from 'vitest'
import { checkConflicts, type NamedFile } from '../../../src/core/mapping/check/check-conflicts.ts'
import { compiled, sound, soundWithRules } from './sample.ts'

const file = (name: string, text: string): NamedFile => {
  const mapping = compiled(text)
  return { file: `${name}.yaml`, name: mapping.name, mapping }
}

const removed = soundWithRules(`rules:
  - name: gone
    on: {table: orders, op: delete}
    publish:
      - event: OrderRemoved
        fields: {orderId: "string(before.id)"}`).replace('mapping: orders', 'mapping: archive')

it('an event that two mappings publish is refused at the second, with its place', () => {
  const [problem, ...others] = checkConflicts([file('orders', sound), file('archive', removed)], null)
  expect(others).toEqual([])
  expect(problem).toMatchObject({
    code: 'FW2307',
    message: 'OrderRemoved.v1 is also published by mapping orders',
    place: { line: 14, column: 16, length: 12 },
  })
})

it('a name that two files give their mapping is refused', () => {
  const problems = checkConflicts([file('orders', sound), { file: 'copy.yaml', name: 'orders', mapping: null }], null)
  expect(problems).toEqual([
    {
      severity: 'error',
      code: 'FW2313',
      name: 'name-taken',
      message: "mapping 'orders' is also in orders.yaml",
      place: { file: 'copy.yaml', line: 1, column: 1, length: 1 },
    },
  ])
})

it('mappings that share nothing, and files that cannot be read, are no conflict', () => {
  const unreadable = { file: 'broken.yaml', name: null, mapping: null }
  expect(checkConflicts([file('orders', sound), unreadable, { ...unreadable, file: 'other.yaml' }], null)).toEqual([])
})

const errorsOf = (...given: Parameters<typeof checkConflicts>): ReturnType<typeof checkConflicts> =>
  checkConflicts(...given).filter(({ severity }) => severity === 'error')

const withPartitions = (text: string, partitions: number): string =>
  text.replace('defaults: {', `defaults: {partitions: ${partitions}, `)
const shipped = soundWithRules(`rules:
  - name: gone
    on: {table: orders, op: delete}
    publish: [{tombstone: orders.v1}]`).replace('mapping: orders', 'mapping: archive')

it.each([
  {
    first: withPartitions(sound, 3),
    second: withPartitions(shipped, 6),
    byDefault: null,
    place: '6:24',
    counts: [6, 3],
  },
  { first: sound, second: withPartitions(shipped, 3), byDefault: 6, place: '6:24', counts: [3, 6] },
  { first: withPartitions(sound, 3), second: shipped, byDefault: 6, place: '13:27', counts: [6, 3] },
])('a topic to which two mappings give other partitions is refused, at $place', (example) => {
  const { first, second, byDefault, place: where, counts } = example
  const [problem, ...others] = errorsOf([file('orders', first), file('archive', second)], byDefault)
  expect(others).toEqual([])
  const [here, there] = counts
  expect(problem).toMatchObject({
    code: 'FW2323',
    message: `topic orders.v1 has ${here} partitions here, and ${there} in mapping orders`,
    hint: `defaults: {partitions: ${there}}`,
  })
  expect(`${problem?.place.line}:${problem?.place.column}`).toBe(where)
})

it('mappings of one topic may leave its partitions to the default', () => {
  const files = (first: string): NamedFile[] => [file('orders', first), file('archive', shipped)]
  expect(errorsOf(files(withPartitions(sound, 6)), 6)).toEqual([])
  expect(errorsOf(files(withPartitions(sound, 3)), null)).toEqual([])
})

it('a tombstone where no event of any mapping goes to is refused, unless a file has mistakes', () => {
  const stray = file('archive', shipped.replace('tombstone: orders.v1', 'tombstone: order.v1'))
  const [problem, ...others] = errorsOf([file('orders', sound), stray], null)
  expect(others).toEqual([])
  expect(problem).toMatchObject({
    code: 'FW2322',
    message: 'no event goes to topic order.v1: a tombstone there deletes nothing',
    hint: 'did you mean "orders.v1"? (have orders.v1)',
    place: { line: 13, column: 27, length: 8 },
  })
  expect(errorsOf([{ file: 'orders.yaml', name: 'orders', mapping: null }, stray], null)).toEqual([])
})

it('an event beside that of a state topic is warned of: either replaces the other', () => {
  const moved = shipped.replace('tombstone: orders.v1', 'tombstone: removed.v1')
  const apart = sound.replace('event: OrderRemoved', 'event: OrderRemoved\n        topic: removed.v1')
  expect(checkConflicts([file('orders', apart), file('archive', moved)], null)).toEqual([])
  const problems = checkConflicts([file('orders', sound), file('archive', shipped)], null)
  expect(problems.map(({ severity, code, place: { line } }) => `${line} ${severity} ${code}`)).toEqual([
    '32 warning FW2342',
    '37 warning FW2342',
  ])
  expect(problems[0]?.message).toBe(
    'OrderShipped goes to topic orders.v1, which is compacted and holds OrderPlaced: of a key only the last record stays, of either of them',
  )
})

it.each([
  { use: 9, message: 'OrderShipped.v1 is to be replaced by v9, which no mapping publishes beside it' },
  { use: 1, message: 'OrderShipped.v1 is to be replaced by v1, which no mapping publishes beside it' },
])('an event that is deprecated in favour of v$use is refused where nobody publishes it', ({ use, message }) => {
  const deprecated = sound.replace(
    'event: OrderShipped',
    `event: OrderShipped\n        deprecated: {since: 2026-01-01, sunset: 2026-12-31, use: ${use}}`,
  )
  const problems = checkConflicts([file('orders', deprecated)], null)
  expect(problems).toMatchObject([{ code: 'FW2324', message, place: { line: 33, column: 66, length: 1 } }])
  expect(checkConflicts([file('orders', deprecated), { file: 'x.yaml', name: null, mapping: null }], null)).toEqual([])
})
