import { describe, expect, it } from 'vitest'
import { checkValues } from '../../../src/adapters/postgres/check-values.ts'

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
