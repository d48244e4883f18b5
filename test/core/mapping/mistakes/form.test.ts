import { describe, expect, it } from 'vitest'
import { sound, soundBut, soundWithRules } from '../sample.ts'
import { type Mistake, said } from './said.ts'

it('a mapping without mistakes is given none', () => {
  expect(said(sound)).toEqual([])
})

describe('the form of a file', () => {
  it.each<Mistake>([
    {
      mistake: 'a text that is no YAML',
      text: soundBut('source: shop', 'source: [shop'),
      says: [
        '5:1+1 FW2001 yaml-syntax: Flow sequence in block collection must be sufficiently indented and end with a ]',
      ],
    },
    {
      mistake: 'a tab',
      text: soundBut('    let:', '\tlet:'),
      says: ['16:1+1 FW2001 yaml-syntax: Tabs are not allowed as indentation'],
    },
    {
      mistake: 'a key that is there twice',
      text: soundBut(
        'source: shop',
        `source: shop
source: shop`,
      ),
      says: ['5:1+6 FW2313 name-taken: source is there twice'],
    },
    {
      mistake: 'a code that is there twice, in two spellings',
      text: soundBut('{1: CARD', '{"1": CASH, 1: CARD'),
      says: ['9:32+1 FW2313 name-taken: codes.method.values: 1 is there twice'],
    },
    {
      mistake: 'a code table named like a function',
      text: soundBut('codes:\n', 'codes:\n  upper: {values: {1: CARD}, unknown: error}\n'),
      says: [
        "8:10+35 FW2313 name-taken: 'upper' is a function of the language: a code table of that name would hide it",
      ],
    },
    {
      mistake: 'another format',
      text: soundBut('format: 1', 'format: 2'),
      says: ['2:9+1 FW2007 bad-value: format: expected 1, got "2" | did you mean "1"?'],
    },
    {
      mistake: 'a missing key',
      text: soundBut(
        `format: 1
`,
        '',
      ),
      says: ['1:1+15 FW2004 missing-key: format is missing'],
    },
    {
      mistake: 'an unknown key',
      text: soundBut('owner: sales-team', 'onwer: sales-team'),
      says: [
        `3:1+5 FW2003 unknown-key: unknown key onwer | did you mean "owner"? (have mapping, format, owner, source, tables, defaults, codes, lookups, shared, rules, onError, migration)`,
      ],
    },
    {
      mistake: 'an unknown key of a rule',
      text: soundBut('changed: [status]', 'change: [status]'),
      says: [
        '29:9+45 FW2308 changed-missing: a rule on update must say which columns it is about | changed: [columns], or changed: any',
        `29:37+6 FW2003 unknown-key: rules[1].on: unknown key change | did you mean "changed"? (have table, op, changed, derived, per)`,
      ],
    },
    {
      mistake: 'a name that Kafka would not take',
      text: soundBut('mapping: orders', 'mapping: Orders!'),
      says: [
        "1:10+7 FW2007 bad-value: mapping: 'Orders!' is not a name | lower-case letters, digits, dot, underscore and hyphen, at most 200",
      ],
    },
    {
      mistake: 'a topic that Kafka would not take',
      text: soundBut('topic: orders.v1', 'topic: orders/v1'),
      says: [
        "6:47+9 FW2007 bad-value: defaults.topic: 'orders/v1' is not a name | lower-case letters, digits, dot, underscore and hyphen, at most 200",
      ],
    },
    {
      mistake: 'a number of partitions that no topic has',
      text: soundBut('topic: orders.v1', 'topic: orders.v1, partitions: 0'),
      says: ['6:70+1 FW2007 bad-value: defaults.partitions: expected a whole number from 1 to 10000, got "0"'],
    },
    {
      mistake: 'no rules',
      text: soundWithRules('rules: []'),
      says: ['10:8+2 FW2004 missing-key: rules: expected a list that is not empty, got an empty list'],
    },
    {
      mistake: 'rules that are no list',
      text: soundWithRules('rules: {placed: orders}'),
      says: ['10:8+16 FW2005 wrong-shape: rules: expected a list that is not empty, got a map'],
    },
  ])('$mistake', ({ text, says }) => {
    expect(said(text)).toEqual(says)
  })
})
