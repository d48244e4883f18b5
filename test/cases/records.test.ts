import { describe, expect, it } from 'vitest'
import { type CaseOutcome, caseProject, caseRecords, runCase, runProject } from './run-case.ts'

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

describe('a snapshot after transactions', () => {
  /** In the raw log: behind the END of the signal's transaction. */
  const firstRow = 32
  const translated = ['Emptied {"x":1}', 'Emptied {"x":1}', 'Added {"id":1}']

  it('passes when a signal row has asked for it', async () => {
    const { published, halted } = await runCase('blocking-snapshot')
    expect(published).toEqual(translated)
    expect(halted).toBeNull()
  })

  it('halts the source when the one that was asked for gave no row, and streaming went on', async () => {
    const records = caseRecords('blocking-snapshot')
    const rows = records.slice(firstRow, firstRow + 3)
    const emptied = [...records.slice(0, firstRow), ...records.slice(firstRow + 3)]
    const outcomeOf = async (secondsLater: number): Promise<CaseOutcome> => {
      const timed = emptied.map((record, at) => ({
        ...record,
        timestampMs: at < firstRow ? 1000 : secondsLater * 1000,
      }))
      return await runProject(await caseProject('blocking-snapshot'), [...timed, ...rows])
    }
    expect(await outcomeOf(61)).toMatchObject({ halted: null, published: translated })
    expect(await outcomeOf(62)).toMatchObject({ halted: 'SNAPSHOT_UNEXPECTED', published: translated })
  })

  it.each([
    ['nothing has asked', (text: string) => text.replaceAll('execute-snapshot', 'log')],
    [
      'other tables were asked for',
      (text: string) => text.replace(/(data-collections.*?)shop\.parent/, '$1shop.child'),
    ],
  ])('halts the source when %s', async (_, edit) => {
    const records = caseRecords('blocking-snapshot').map((record) => ({ ...record, value: edit(String(record.value)) }))
    const { halted, message } = await runProject(await caseProject('blocking-snapshot'), records)
    expect(halted).toBe('SNAPSHOT_UNEXPECTED')
    expect(message).toContain('shop.parent from a snapshot, though one was done, and no signal row that is still open')
  })
})
