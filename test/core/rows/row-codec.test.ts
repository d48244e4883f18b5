import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { OtherForm, OtherFormImage } from '../../../src/core/capture/image/other-form.ts'
import { PartialImage } from '../../../src/core/capture/image/value-image.ts'
import { SlicedImage } from '../../../src/core/capture/image/sliced-image.ts'
import { namedForms } from '../../../src/core/capture/row/named-forms.ts'
import { RowCodec, withoutId } from '../../../src/core/rows/stored/row-codec.ts'
import { UNAVAILABLE } from '../../../src/core/values/value.ts'
import { imageOf, shown } from '../images.ts'

const value = fc.oneof(
  fc.constant(null),
  fc.boolean(),
  fc.maxSafeInteger(),
  fc.bigInt({ min: 2n ** 53n, max: 2n ** 63n }),
  fc.string({ unit: 'grapheme' }),
  fc.array(fc.oneof(fc.constant(null), fc.string(), fc.integer()), { maxLength: 3 }),
)
const row = fc.dictionary(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 }), value, {
  minKeys: 1,
  maxKeys: 6,
})

describe('a row in the store', () => {
  it('is read as it was written, whatever its columns hold', () => {
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 12 }), (rows) => {
        const codec = new RowCodec()
        const kept = rows.map((values) => codec.encode(imageOf(values)))
        expect(kept.map((bytes) => shown(codec.decode(bytes)))).toStrictEqual(
          rows.map((values) => shown(imageOf(values))),
        )
      }),
    )
  })

  it('says which of its columns came in another form, and which are not known', () => {
    const codec = new RowCodec()
    const formed = new OtherFormImage(
      imageOf({ id: 7, at: 5n ** 25n, no: null }),
      new Map([
        ['at', 'int64'],
        ['no', 'int16'],
      ]),
    )
    for (const image of [formed, new PartialImage(formed, (column) => column !== 'id')]) {
      const read = codec.decode(codec.encode(image))
      expect(read.get('at')).toEqual(new OtherForm(5n ** 25n, 'int64'))
      expect([read.get('id'), read.get('no')]).toEqual([image.get('id'), null])
    }
  })

  it('has the forms that were named for it as an id, without which it is as it would be otherwise', () => {
    const codec = new RowCodec()
    const named = namedForms('{"id":"int32"}', { id: 'int32' })
    const partial = new PartialImage(imageOf({ id: 7, no: 1 }), (column) => column !== 'no')
    for (const image of [imageOf({ id: 7, no: null }), codec.decode(codec.encode(imageOf({ id: 7 }))), partial]) {
      const [with_, plain] = [codec.encode(image, named), codec.encode(image)]
      expect(shown(codec.decode(with_))).toStrictEqual(shown(image))
      expect(with_.length).toBe(plain.length + 6)
      expect(withoutId(with_)).toStrictEqual(plain)
      expect(withoutId(plain)).toBe(plain)
    }
  })

  it('is bytes with a layout again, and those bytes are written again as they are', () => {
    const codec = new RowCodec()
    const first = codec.encode(imageOf({ id: 7, name: 'Größe', note: null }))
    const image = codec.decode(first)
    expect(image).toBeInstanceOf(SlicedImage)
    expect(codec.encode(image)).toStrictEqual(first)
  })

  it('knows of which columns nothing is known', () => {
    const codec = new RowCodec()
    const partial = new PartialImage(imageOf({ id: 7, tags: null, name: 'x' }), (column) => column !== 'tags')
    const read = codec.decode(codec.encode(partial))
    expect([read.get('id'), read.get('tags'), read.get('name'), read.get('other')]).toStrictEqual([
      7,
      UNAVAILABLE,
      'x',
      undefined,
    ])
    expect(shown(codec.decode(codec.encode(read)))).toStrictEqual({ id: 7, tags: UNAVAILABLE, name: 'x' })
  })
})
