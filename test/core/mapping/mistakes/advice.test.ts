import { describe, expect, it } from 'vitest'
import { soundBut } from '../sample.ts'
import { type Mistake, said } from './said.ts'

describe('what is said of habits and of what cannot be seen', () => {
  it.each<Mistake>([
    {
      mistake: 'a blank that does not break',
      text: soundBut("after.status == 'S'", "after.status\u00a0== 'S'"),
      says: [
        '30:48+1 FW2101 expression-syntax: unexpected U+00A0, which looks like a blank or like nothing | take it out, or write a blank',
      ],
    },
    {
      mistake: 'a blank of no width',
      text: soundBut("after.status == 'S'", "after.status ==\u200b 'S'"),
      says: [
        '30:51+1 FW2101 expression-syntax: unexpected U+200B, which looks like a blank or like nothing | take it out, or write a blank',
      ],
    },
    {
      mistake: 'a mark of direction',
      text: soundBut("after.status == 'S'", "after.status == \u202e'S'"),
      says: [
        '30:52+1 FW2101 expression-syntax: unexpected U+202E, which looks like a blank or like nothing | take it out, or write a blank',
      ],
    },
    {
      mistake: 'an element of rows by its position',
      text: soundBut('note: "after.note"', 'note: "items[0].sku"'),
      says: [
        '26:18+8 FW2105 not-in-language: an index that is no text constant is not part of the language | an element of a list or of rows is at(list, position)',
      ],
    },
    {
      mistake: 'an element of rows by at()',
      text: soundBut('note: "after.note"', 'note: "at(items, 0)"'),
      says: [
        '26:18+12 FW2212 not-assignable: note is string?, the expression is row of public.order_lines? | select a column',
      ],
    },
    {
      mistake: 'a method of other languages',
      text: soundBut('note: "after.note"', `note: "after.note.indexOf('x') == 0 ? 'a' : 'b'"`),
      says: [
        '26:18+23 FW2105 not-in-language: the method indexOf() is not part of the language | functions are called as f(value, …)',
      ],
    },
    {
      mistake: 'a function of other languages',
      text: soundBut('note: "after.note"', `note: "lpad(after.note, 3)"`),
      says: [
        "26:18+4 FW2104 unknown-function: there is no function 'lpad' | a text is filled with padStart(x, n, '0')",
      ],
    },
  ])('$mistake', ({ text, says }) => {
    expect(said(text)).toEqual(says)
  })

  it('a guard that FW2211 names is one behind which the value is taken as it is', () => {
    const key = (rest: string) => soundBut('        fields:\n', `        key: "after.note"\n${rest}        fields:\n`)
    expect(said(key('')).join()).toContain('| when: "after.note != null" publishes nothing without it, or use coalesce')
    expect(said(key('        when: "after.note != null"\n')).filter((one) => !one.includes('warning'))).toEqual([])
    const field = soundBut('id: "string(after.id)"', 'id: "upper(trim(after.note))"')
    expect(said(field).join()).toContain('or when: "id != null" to publish nothing without it')
    const guarded = field.replace('        fields:\n', '        when: "id != null"\n        fields:\n')
    expect(said(guarded).filter((one) => !one.includes('warning'))).toEqual([])
  })

  it('fixtures under a name that is none of theirs are one mistake', () => {
    const fixtures = 'mapping: orders\ntests:\n  - {name: a, given: {transaction: []}, expect: []}\n'
    expect(said(fixtures)).toEqual([
      '1:1+15 FW2007 bad-value: this is a file of fixtures, and its name is that of a mapping | fixtures are read from <mapping>.test.yaml',
    ])
  })
})
