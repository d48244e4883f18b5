import { describe, expect, it } from 'vitest'
import type { Project } from '../../src/app/project/project-texts.ts'
import { columnChanged } from '../../src/core/expression/elaborate/changed.ts'
import { columnReaders } from '../../src/core/expression/types/column-readers.ts'
import { orders, settings } from '../core/expression/scopes.ts'
import { caseFile, caseProject, runCase, runProject } from './run-case.ts'
import { imageOf } from '../core/images.ts'

const edited = ({ texts, ...rest }: Project, edit: (text: string) => string): Project => {
  const all = (files: Project['texts']['mappings']) => files.map((file) => ({ ...file, text: edit(file.text) }))
  return { ...rest, texts: { ...texts, mappings: all(texts.mappings), catalogs: all(texts.catalogs) } }
}

const records = caseFile('citext-match', 'raw.jsonl')
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line) as Parameters<typeof runProject>[1][number])

const lines = `"size(lines)"`

describe('values that the database calls equal', () => {
  it('citext matches citext in any case', async () => {
    expect(await runCase('citext-match')).toMatchObject({ published: ['Added {"id":"1","lines":1}'], halted: null })
  })

  it.each([
    ["after.code == 'ab-1'", 1],
    ["after.code != 'ab-1'", 0],
    ["after.code in ['x', 'ab-1']", 1],
    ["coalesce(nullIf(after.code, 'ab-1'), '-') == '-'", 1],
    ["kind(after.code) == 'GOOD'", 1],
    ['lines.exists(x, x.order_code == after.code)', 1],
    // As in SQL: citext beside other text is text.
    ["lower(after.code) == 'ab-1'", 1],
    ["lower(after.code) == 'AB-1'", 0],
    ['after.code == lower(after.code)', 0],
  ])('citext is compared in expressions as in SQL: %s', async (condition, expected) => {
    const project = edited(await caseProject('citext-match'), (text) =>
      text
        .replace('rules:', 'codes:\n  kind: {values: {ab-1: GOOD}, unknown: {value: BAD}}\nrules:')
        .replace(lines, `"(${condition}) ? 1 : 0"`),
    )
    const { problems, published } = await runProject(project, records)
    expect(problems).toEqual([])
    expect(published).toEqual([`Added {"id":"1","lines":${expected}}`])
  })

  it.each(['match: {id: row.id}, where: {order_code: Ab-1}', `match: {order_code: "'AB-1'"}`])(
    'citext is compared with constants of a join in any case: %s',
    async (join) => {
      const project = edited(await caseProject('citext-match'), (text) =>
        text.replace('match: {order_code: row.code}', join),
      )
      const ofOne = (text: unknown): string => String(text).replace('"id":2', '"id":1')
      const sameId = records.map((record) => ({ ...record, key: ofOne(record.key), value: ofOne(record.value) }))
      expect(await runProject(project, sameId)).toMatchObject({
        published: ['Added {"id":"1","lines":1}'],
        halted: null,
      })
    },
  )

  it('citext in other capitals has not changed, alone or in a list', () => {
    const columns = [
      { name: 'code', type: 'public.citext', nullable: false },
      { name: 'codes', type: 'citext[]', nullable: false },
    ]
    const readers = columnReaders({ ...orders, columns }, settings)
    const [before, after] = [imageOf({ code: 'Ab', codes: ['x', 'Y'] }), imageOf({ code: 'aB', codes: ['X', 'y'] })]
    for (const reader of readers.values()) {
      expect(columnChanged(reader)?.(before, after)).toBe(false)
      expect(columnChanged(reader)?.(before, imageOf({ code: 'ac', codes: [] }))).toBe(true)
    }
  })
})

describe('a collation that is not deterministic', () => {
  const loose = async (edit: (text: string) => string): Promise<Project> =>
    edited(await caseProject('citext-match'), (text) =>
      edit(text.replaceAll('"type": "citext"', '"type": "text", "collation": "nondeterministic"')),
    )
  const inField = (condition: string) => (text: string) =>
    text
      .replace('match: {order_code: row.code}', 'match: {id: row.id}')
      .replace(lines, `"(${condition}) ? 1 : 0"`)
      .replace('rules:', 'codes:\n  kind: {values: {ab-1: GOOD}, unknown: {value: BAD}}\nrules:')

  it.each([
    ['match', 'FW2303', (text: string) => text],
    ['==', 'FW2201', inField("after.code == 'ab-1'")],
    ['!=', 'FW2201', inField("after.code != 'ab-1'")],
    ['<', 'FW2201', inField("after.code < 'ab-1'")],
    ['in', 'FW2201', inField("after.code in ['ab-1']")],
    ['nullIf', 'FW2202', inField("nullIf(after.code, 'x') == null")],
    ['a code table', 'FW2202', inField("kind(after.code) == 'GOOD'")],
    [
      'orderBy',
      'FW2007',
      (text: string) => inField('true')(text).replace('rows: 0..9', 'rows: 0..9, orderBy: order_code'),
    ],
    [
      'where',
      'FW2007',
      (text: string) => inField('true')(text).replace('rows: 0..9', 'where: {order_code: A}, rows: 0..9'),
    ],
    [
      'changed',
      'FW2007',
      (text: string) =>
        inField('true')(text).replace('on: {table: t, op: insert}', 'on: {table: t, op: update, changed: [code]}'),
    ],
    [
      'changed()',
      'FW2201',
      (text: string) =>
        inField("changed('code')")(text).replace(
          'on: {table: t, op: insert}',
          'on: {table: t, op: update, changed: any}',
        ),
    ],
  ])('is refused by name in %s', async (_, code, edit) => {
    const { problems } = await runProject(await loose(edit), records)
    const errors = problems.filter(({ severity }) => severity === 'error')
    expect(errors.map((problem) => problem.code)).toEqual([code])
    expect(errors[0]?.message).toContain('of a collation that is not deterministic')
  })

  it('is compared as text where a function says how', async () => {
    const project = await loose(inField("lower(after.code) == 'ab-1'"))
    expect(await runProject(project, records)).toMatchObject({
      problems: [],
      published: ['Added {"id":"1","lines":1}'],
    })
  })
})
