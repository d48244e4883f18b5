import { expect, it } from 'vitest'
import { newlyLeaving } from '../../../../src/core/mapping/personal/newly-leaving.ts'
import type { PersonalField } from '../../../../src/core/mapping/personal/personal-fields.ts'

const email = 'public.orders.email'
const leaving = (more: Partial<PersonalField> = {}): PersonalField => ({
  mapping: 'orders',
  event: 'OrderPlaced.v1',
  field: 'note',
  column: email,
  tag: 'email',
  hiddenBy: [],
  reason: null,
  place: { file: 'orders.yaml', line: 1, column: 1, length: 1 },
  ...more,
})
const tagged = new Set([email])
const masked = leaving({ hiddenBy: ['mask'] })
const clear = leaving({ reason: 'agreed' })

it.each([
  ['a field that no such column reached', [leaving({ field: 'other' })], masked],
  ['a field of another event', [leaving({ event: 'OrderPlaced.v2' })], masked],
  ['what was hidden and leaves in clear', [masked], clear],
  ['what left as a comparison alone and leaves in clear', [leaving()], clear],
])('%s leaves from now on', (_what, fields, after) => {
  expect(newlyLeaving({ fields, tagged }, [after])).toEqual([after])
})

it.each([
  ['what left so before', [masked], tagged, masked],
  ['what is hidden by something else', [masked], tagged, leaving({ hiddenBy: ['pseudonym'] })],
  ['what left in clear and is hidden', [clear], tagged, masked],
  ['what leaves in clear for another reason', [clear], tagged, leaving({ reason: 'agreed again' })],
  ['what left in clear before its column had a tag', [leaving()], new Set<string>(), clear],
])('%s is nothing new', (_what, fields, columns, after) => {
  expect(newlyLeaving({ fields, tagged: columns }, [after])).toEqual([])
})
