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
  const [problem, ...others] = checkConflicts([file('orders', sound), file('archive', removed)])
  expect(others).toEqual([])
  expect(problem).toMatchObject({
    code: 'FW2307',
    message: 'OrderRemoved.v1 is also published by mapping orders',
    place: { line: 14, column: 16, length: 12 },
  })
})

it('a name that two files give their mapping is refused', () => {
  const problems = checkConflicts([file('orders', sound), { file: 'copy.yaml', name: 'orders', mapping: null }])
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
  expect(checkConflicts([file('orders', sound), unreadable, { ...unreadable, file: 'other.yaml' }])).toEqual([])
})
