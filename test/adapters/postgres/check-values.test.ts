import { describe, expect, it } from 'vitest'
import { checkValues, refusesNull } from '../../../src/adapters/postgres/check-values.ts'

describe('the values of a CHECK', () => {
  it.each([
    ["CHECK ((status = ANY (ARRAY['N'::bpchar, 'P'::bpchar])))", ['N', 'P']],
    ["CHECK (((status)::text = ANY ((ARRAY['a'::character varying, 'b'::character varying])::text[])))", ['a', 'b']],
    ["CHECK ((\"odd name\" = ANY (ARRAY['it''s'::text, 'a, b'::text])))", ["it's", 'a, b']],
    ['CHECK ((method = ANY (ARRAY[1, 2, 3])))', ['1', '2', '3']],
    ["CHECK ((level = ANY (ARRAY['-1'::integer, 0])))", ['-1', '0']],
    ["CHECK ((kind = 'X'::bpchar))", ['X']],
  ])('are read from %s', (definition, values) => {
    expect(checkValues(definition)).toEqual(values)
  })

  it.each([
    'CHECK ((price > 0))',
    "CHECK (((status = 'N'::bpchar) OR (status IS NULL)))",
    "CHECK ((status <> ALL (ARRAY['N'::bpchar])))",
    'CHECK ((a = ANY (ARRAY[lower(b), 1])))',
    "CHECK (((status = ANY (ARRAY['N'::bpchar])) AND (price > 0)))",
  ])('are not guessed from %s', (definition) => {
    expect(checkValues(definition)).toBeNull()
  })
})

describe('a CHECK that refuses null', () => {
  it.each(['CHECK ((name IS NOT NULL))', 'CHECK (("odd ""name" IS NOT NULL))', 'CHECK (name IS NOT NULL)'])(
    'is recognised in %s',
    (definition) => {
      expect(refusesNull(definition)).toBe(true)
    },
  )

  it.each([
    'CHECK ((name IS NULL))',
    'CHECK (((name IS NOT NULL) OR (price > 0)))',
    'CHECK (((name IS NOT NULL) AND (char_length(name) <= 255)))',
    'CHECK ((char_length(name) IS NOT NULL))',
    'CHECK ((name IS NOT NULL)) NO INHERIT',
    'CHECK ((name IS NOT NULL)) NOT VALID',
    'CHECK ((name IS NOT NULL) IS FALSE)',
    "CHECK ((name = 'x IS NOT NULL'::text))",
  ])('is not guessed from %s', (definition) => {
    expect(refusesNull(definition)).toBe(false)
  })
})
