import { describe, expect, it } from 'vitest'
import { caseProject, caseRecords, runCase, runProject } from './run-case.ts'

describe('a record that is not what it seems', () => {
  it('is no heartbeat because a row has a column ts_ms', async () => {
    expect(await runCase('foreign-record-as-heartbeat')).toMatchObject({ published: [], halted: 'UNKNOWN_RECORD' })
  })
})

describe('a row of a table that the catalog does not know', () => {
  it('is named, and its transaction passed over: the mapped table may have been renamed', async () => {
    expect(await runCase('renamed-table')).toMatchObject({
      published: ['Added {"id":"1"}'],
      halted: null,
      noticed: { unknownTables: [{ table: 'public.orders_2026', offset: 4 }] },
    })
  })

  it('halts its source where the project says so, before anything behind it', async () => {
    const project = await caseProject('renamed-table')
    const sources = new Map(
      [...project.sources].map(([name, source]) => [name, { ...source, unknownTables: 'halt' as const }]),
    )
    const { published, halted, message } = await runProject({ ...project, sources }, caseRecords('renamed-table'))
    expect(published).toEqual(['Added {"id":"1"}'])
    expect(halted).toBe('UNKNOWN_TABLE')
    expect(message).toContain('public.orders_2026')
  })
})
