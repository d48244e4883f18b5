import { describe, expect, it } from 'vitest'
import { soundBut } from '../sample.ts'
import { type Mistake, said } from './said.ts'

const policies = (onError: string): string => soundBut('{default: deadLetter}', onError)

/** The optional fields are read as they are sent, or not at all. */
const withoutOptionalFields = policies('{badDate: nullField}')
  .replace('          method: "method(payment.method)"\n', '')
  .replace('          note: "after.note"\n', '          note: {const: none}\n')

describe('mistakes of policies', () => {
  it.each<Mistake>([
    {
      mistake: 'to skip without a reason',
      text: policies('{badDate: skip}'),
      says: [
        '39:20+4 FW2004 missing-key: onError.badDate: skip has no reason | badDate: {skip: "why these inputs may be lost"}',
      ],
    },
    {
      mistake: 'to skip for an empty reason',
      text: policies('{badDate: {skip: " "}}'),
      says: ['39:27+3 FW2007 bad-value: onError.badDate.skip: is empty'],
    },
    {
      mistake: 'to hold a key that cannot always be computed',
      text: policies('{badDate: holdKey}').replace('key: "string(row.id)"', 'key: "string(row.id / 2)"'),
      says: [
        '39:20+7 FW2326 failing-key: holdKey needs keys that can always be computed, and the one in line 6 can fail | take holdMapping, or a key of columns of the row itself',
      ],
    },
    {
      mistake: 'a map that is no policy',
      text: policies('{badDate: {skp: legacy rows}}'),
      says: ['39:21+3 FW2003 unknown-key: onError.badDate: unknown key skp | did you mean "skip"? (have skip)'],
    },
    {
      mistake: 'to skip whatever fails',
      text: policies('{default: {skip: legacy rows}}'),
      says: [
        '39:20+19 FW2007 bad-value: onError.default: cannot be skip: inputs are skipped class by class, each with its reason | take deadLetter or haltSource',
      ],
    },
    {
      mistake: 'fields that are null whatever fails',
      text: policies('{default: nullField}'),
      says: [
        '39:20+9 FW2007 bad-value: onError.default: cannot be nullField: it stands in where a failed field may not be null | take deadLetter or haltSource',
      ],
    },
    ...['unmapped', 'contract', 'tooLarge', 'internal'].map((errorClass) => ({
      mistake: `a field that is null for class ${errorClass}`,
      text: policies(`{${errorClass}: nullField}`),
      says: [
        `39:${12 + errorClass.length + 1}+9 FW2007 bad-value: onError.${errorClass}: nullField never applies to ${errorClass}, which no expression of a field raises | take deadLetter or haltSource`,
      ],
    })),
    {
      mistake: 'fields that are null, of rules of which one could not be read',
      text: withoutOptionalFields.replace('op: delete}', 'op: remove}'),
      says: [
        '34:29+6 FW2007 bad-value: rules[2].on.op: expected one of insert, update, delete, rekey, truncate, got "remove"',
      ],
    },
    {
      mistake: 'fields that are null where none may be, or none can fail',
      text: withoutOptionalFields,
      says: [
        '38:20+9 warning FW2321 never-null: policy nullField never applies: no expression of an optional field can fail | the field is ["null", …] in its contract, and written as an expression',
      ],
    },
  ])('$mistake', ({ text, says }) => {
    expect(said(text)).toEqual(says)
  })
})
