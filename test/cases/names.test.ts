import { describe, expect, it } from 'vitest'
import type { Project } from '../../src/app/project/project-texts.ts'
import { caseFile, caseProject, runCase, runProject } from './run-case.ts'

const edited = ({ texts, ...rest }: Project, edit: (text: string) => string): Project => {
  const all = (files: Project['texts']['mappings']) => files.map((file) => ({ ...file, text: edit(file.text) }))
  return { ...rest, texts: { ...texts, mappings: all(texts.mappings), catalogs: all(texts.catalogs) } }
}

const records = (log: string) =>
  log
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Parameters<typeof runProject>[1][number])

describe('names that need quotes', () => {
  it('a table with a dot in its name is mapped as the catalog spells it', async () => {
    expect(await runCase('dots-in-names')).toMatchObject({ published: ['Added {"n":1}'], halted: null })
  })

  it.each([`'shop."Order.Lines"'`, `'"shop"."Order.Lines"'`])('and in quotes: %s', async (name) => {
    const project = edited(await caseProject('dots-in-names'), (text) =>
      text.replace('{t: shop.Order.Lines}', `{t: ${name}}`),
    )
    const log = records(caseFile('dots-in-names', 'raw.jsonl'))
    expect(await runProject(project, log)).toMatchObject({ problems: [], published: ['Added {"n":1}'] })
  })

  it('a table of another schema, whose name looks the same with its dots, is another table', async () => {
    const project = await caseProject('dots-in-names')
    const log = caseFile('dots-in-names', 'raw.jsonl')
      .replace('\\"schema\\":\\"shop\\"', '\\"schema\\":\\"shop.Order\\"')
      .replace('\\"table\\":\\"Order.Lines\\"', '\\"table\\":\\"Lines\\"')
    expect(await runProject(project, records(log))).toMatchObject({ published: [], halted: null })
    const other = edited(project, (text) =>
      text
        .replace('"shop.Order.Lines"', JSON.stringify('"shop.Order".Lines'))
        .replace('{t: shop.Order.Lines}', `{t: '"shop.Order".Lines'}`),
    )
    expect(await runProject(other, records(log))).toMatchObject({ published: ['Added {"n":1}'] })
  })

  it.each(['Unit Price', 'q"uote', '$d'])('a column called %s is read', async (column) => {
    const project = edited(await caseProject('dots-in-names'), (text) =>
      text.replace(`{n: "after['Order.No']"}`, () => `{n: "coalesce(after['${column.replace('"', '\\"')}'], 0)"}`),
    )
    const outcome = await runProject(project, records(caseFile('dots-in-names', 'raw.jsonl')))
    expect(outcome).toMatchObject({ problems: [], halted: null })
    expect(outcome.published).toHaveLength(1)
  })
})
