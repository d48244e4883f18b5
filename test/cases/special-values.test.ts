import { describe, expect, it } from 'vitest'
import { caseFile, caseProject, runCase, runProject } from './run-case.ts'

describe('special values in lists', () => {
  it('compare as they do outside of lists, and the next transaction goes on', async () => {
    expect(await runCase('nan-in-a-float-array')).toMatchObject({
      published: ['Added {"id":"1","high":false}', 'Added {"id":"2","high":true}'],
      halted: null,
    })
  })

  it('of dates compare, too', async () => {
    const { texts, ...rest } = await caseProject('nan-in-a-float-array')
    const edit = (text: string): string =>
      text
        .replace('double precision[]', 'date[]')
        .replace(
          'after.v.exists(x, x != null && x > 1.0)',
          "at(after.v, 1) == date('1970-01-02') || at(after.v, 0) == null",
        )
    const project = {
      ...rest,
      texts: {
        ...texts,
        catalogs: texts.catalogs.map((file) => ({ ...file, text: edit(file.text) })),
        mappings: texts.mappings.map((file) => ({ ...file, text: edit(file.text) })),
      },
    }
    const records = caseFile('nan-in-a-float-array', 'raw.jsonl')
      .replace(/\[0\.1,.*?\]/, '[0,-2147472692]')
      .replace(/\[2\.5,.*?\]/, '[0,1]')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Parameters<typeof runProject>[1][number])
    expect(await runProject(project, records)).toMatchObject({
      published: ['Added {"id":"1","high":false}', 'Added {"id":"2","high":true}'],
      halted: null,
    })
  })
})
