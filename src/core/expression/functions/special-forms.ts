/** What is called like a function and compiled by itself, because it takes a name or is of the rule's own rows. */
import type { Macro } from '../syntax/syntax.ts'
import type { FunctionDeclaration } from './declaration.ts'

export interface SpecialForm extends Pick<FunctionDeclaration, 'summary' | 'examples'> {
  readonly signature: string
}

/** Over lists, and over rows of `with`, of look-ups and of a group. */
export const macroForms: Readonly<Record<Macro, SpecialForm>> = {
  exists: {
    signature: 'list.exists(x, condition) → bool',
    summary: 'Whether the condition holds for any element; false of an empty list.',
    examples: [['[1, 2, 3].exists(x, x > 2)', 'true']],
  },
  exists_one: {
    signature: 'list.exists_one(x, condition) → bool',
    summary: 'Whether the condition holds for exactly one element.',
    examples: [['[1, 2, 3].exists_one(x, x > 1)', 'false']],
  },
  all: {
    signature: 'list.all(x, condition) → bool',
    summary: 'Whether the condition holds for every element; true of an empty list.',
    examples: [['[1, 2, 3].all(x, x > 2)', 'false']],
  },
  filter: {
    signature: 'list.filter(x, condition) → list',
    summary: 'The elements for which the condition holds.',
    examples: [['[1, 2, 3].filter(x, x > 1)', '[2,3]']],
  },
  map: {
    signature: 'list.map(x, expression) → list',
    summary: 'The value of the expression for each element.',
    examples: [['[1, 2, 3].map(x, x * 2)', '[2,4,6]']],
  },
  sortBy: {
    signature: 'list.sortBy(x, key) → list',
    summary: 'The elements in the order of the key of each; those with equal keys stay as they were.',
    examples: [["['pear', 'fig'].sortBy(x, size(x))", '["fig","pear"]']],
  },
}

export const changedForm: SpecialForm = {
  signature: "changed('column') → bool",
  summary: 'Whether the column differs between the row before and the row after; true where there is only one of them.',
  examples: [],
}
