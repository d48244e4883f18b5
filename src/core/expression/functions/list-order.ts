/** Functions of lists whose elements compare. */
import type { Value } from '../../values/value.ts'
import { describeType } from '../types/expression-type.ts'
import { identityOf, totalOrder } from '../types/total-order.ts'
import {
  type Argument,
  asText,
  type FunctionDeclaration,
  refused,
  type Resolution,
  resolved,
  text,
} from './declaration.ts'

const list = { name: 'x', kinds: ['list'] } as const

export const listOrderFunctions: readonly FunctionDeclaration[] = [
  {
    name: 'min',
    summary: 'The least element of a list; null of an empty one.',
    parameters: [list],
    examples: [
      ['min([3, 1, 2])', '1'],
      ["min(split('b;a', ';'))", '"a"'],
    ],
    gives: 'an element, or null',
    failure: 'never',
    resolve: ([x]) => extreme(x, (order) => order < 0),
  },
  {
    name: 'max',
    summary: 'The greatest element of a list; null of an empty one.',
    parameters: [list],
    examples: [
      ['max([3, 1, 2])', '3'],
      ['max([1.5, 2.25])', '"2.25"'],
    ],
    gives: 'an element, or null',
    failure: 'never',
    resolve: ([x]) => extreme(x, (order) => order > 0),
  },
  {
    name: 'distinct',
    summary: 'The elements of a list without those that equal one before them.',
    parameters: [list],
    examples: [['distinct([2, 1, 2])', '[2,1]']],
    gives: 'the type of x',
    failure: 'never',
    resolve: ([x]) => {
      const identity = x?.type.kind === 'list' ? identityOf(x.type.element.type) : null
      if (x === undefined || identity === null) return incomparable(x)
      return resolved(x.type, (items) => firstOfEach(items as readonly Value[], identity))
    },
  },
  {
    name: 'sort',
    summary: 'The elements of a list from the least to the greatest.',
    parameters: [list],
    examples: [['sort([3, 1, 2])', '[1,2,3]']],
    gives: 'the type of x',
    failure: 'never',
    resolve: ([x]) => {
      const order = orderOf(x)
      if (typeof order !== 'function' || x === undefined) return order as Resolution
      return resolved(x.type, (items) => (items as readonly Value[]).toSorted(order))
    },
  },
  {
    name: 'join',
    summary: 'The texts of a list as one, with a separator between them.',
    parameters: [list, { ...text('separator'), presence: 'optional' }],
    examples: [
      ["join(['a', 'b'], ', ')", '"a, b"'],
      ["join(['a', 'b'])", '"ab"'],
    ],
    gives: 'string',
    failure: 'never',
    resolve: ([x]) => {
      const element = x?.type.kind === 'list' ? x.type.element : null
      if (x === undefined || element === null || !['string', 'enum', 'uuid'].includes(element.type.kind)) {
        const given = x === undefined ? 'nothing' : describeType(x.type)
        return refused('FW2202', 0, `takes a list of texts, got ${given}`, 'list.map(x, string(x))')
      }
      if (element.nullable) return refused('FW2202', 0, ...nullElements(x))
      return resolved({ kind: 'string' }, (items, separator = '') =>
        (items as readonly string[]).join(asText(separator)),
      )
    },
  },
]

function extreme(x: Argument | undefined, isBetter: (order: number) => boolean): Resolution {
  const order = orderOf(x)
  if (typeof order !== 'function' || x?.type.kind !== 'list') return order as Resolution
  const best = (items: Value | undefined): Value =>
    (items as readonly Value[]).reduce<Value>(
      (so, item) => (so === null || isBetter(order(item, so)) ? item : so),
      null,
    )
  return resolved(x.type.element.type, best, { nullable: true, whyNull: 'a list may be empty' })
}

/** The order of the elements, or why there is none. */
function orderOf(x: Argument | undefined): ((a: Value, b: Value) => number) | Resolution {
  if (x?.type.kind !== 'list') return incomparable(x)
  if (x.type.element.nullable) return refused('FW2202', 0, ...nullElements(x))
  return totalOrder(x.type.element.type) ?? incomparable(x)
}

function firstOfEach(items: readonly Value[], identity: (value: Value) => Value): readonly Value[] {
  const seen = new Set<Value>()
  return items.filter((item) => {
    const key = identity(item)
    if (seen.has(key)) return false
    seen.add(key)
    return true
  })
}

const incomparable = (x: Argument | undefined): Resolution =>
  refused('FW2202', 0, `takes a list of values that compare, got ${x === undefined ? 'nothing' : describeType(x.type)}`)

const nullElements = ({ type }: Argument): [message: string, hint: string] => [
  `takes no elements that may be null, got ${describeType(type)}`,
  'list.filter(x, x != null)',
]
