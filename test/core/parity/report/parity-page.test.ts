import { describe, expect, it } from 'vitest'
import { emptyTally, tallied } from '../../../../src/core/parity/causes.ts'
import type { MigrationFile } from '../../../../src/core/migration/file/migration-file.ts'
import { parityPage } from '../../../../src/core/parity/report/parity-page.ts'
import { checkMigration } from '../../../../src/core/migration/file/check-migration.ts'
import { soundBut, surroundings } from '../../migration/sample.ts'
import { harnessDocument, harnessFound } from './harness-report.ts'

const page = parityPage(harnessDocument())

/** The article of one cause. */
const articleOf = (text: string, cause: string): string =>
  text.split('<article>').find((one) => one.includes(cause)) ?? ''

const rowOf = (article: string, path: string): string =>
  article.split('<tr').find((row) => row.includes(`<th scope="row">${path}</th>`)) ?? ''

describe('the page of a comparison', () => {
  it('fetches nothing and runs nothing', () => {
    expect(page).not.toMatch(/<script|<link|<img|src=|href=|url\(|@import/)
  })

  it('has each outcome that was found, type by type', () => {
    expect(page).toMatch(/<th scope="row">OrderChanged<\/th><td class="number good" data-outcome="match">2,324</)
    expect(page).toContain('data-outcome="missing-in-native">5<')
    expect(page).not.toContain('data-outcome="late"')
  })

  it('shows the two records of a cause side by side, and marks what differs', () => {
    const article = articleOf(page, 'OrderChanged field-mismatch lines[].sku: another text')
    expect(rowOf(article, 'lines[0].sku')).toMatch(/^ class="differs".*<td>text of 5<\/td><td>text of 1<\/td>/s)
    expect(rowOf(article, 'customer')).not.toContain('differs')
    expect(article).toMatch(/Bridge<span class="place">partition \d, offset \d+, 2026-/)
  })

  it('does not mark what has another form and counts as the same', () => {
    const article = articleOf(page, 'OrderChanged field-mismatch customer: another text')
    for (const path of ['total', 'placedAt', 'publishedBy']) expect(rowOf(article, path)).not.toContain('differs')
  })

  it('says of a side that has no event, and of a record that is gone, that it is so', () => {
    expect(articleOf(page, 'missing-in-native no counterpart')).toContain('no event on this side')
    const gone = harnessFound()
    const name = 'OrderChanged duplicate the same event again in native'
    const samples = new Map([
      [name, { bridge: { kind: 'none' }, native: { kind: 'gone', partition: 2, offset: 7 } }],
    ] as const)
    const text = articleOf(parityPage(harnessDocument({ ...gone, samples })), name)
    expect(text).toContain('partition 2, offset 7: the topic does not hold it any more')
  })

  it('shows values where that is asked, and none of them otherwise', () => {
    const shown = parityPage(harnessDocument({ values: 'shown' }))
    expect(shown).toContain('&#34;Bob&#34;')
    expect(shown).toContain('9007199254740993')
    expect(page).not.toMatch(/Bob|9007199254740993|Ana \d/)
  })

  it('has the rate over time, with a hole where nothing was compared', () => {
    expect(page.match(/<rect class="gap"/g)).toHaveLength(2)
    expect(page.match(/class="line" d="(.*?)"/)?.[1]?.match(/M/g)).toHaveLength(2)
    expect(page).toContain('A step is 8 min')
  })

  it('says so where nothing was compared yet', () => {
    const { report } = harnessFound()
    const empty = parityPage(harnessDocument({ report: { ...report, sinceMs: null, tally: tallied(emptyTally, []) } }))
    expect(empty).toContain('Nothing was compared yet.')
    expect(empty).toContain('nothing has come yet')
  })

  it.each([
    { failed: [], says: 'Both streams are the same, and for long enough' },
    { failed: ['days'], says: 'No difference, but a gate is closed still' },
    { failed: ['parity', 'days'], says: 'There are differences for which nobody answers' },
  ])('gives the verdict at a glance where $failed are closed', ({ failed, says }) => {
    const gates = harnessFound().gates.map((one) => {
      const verdict = failed.includes(one.gate) ? ('failed' as const) : ('passed' as const)
      return { ...one, verdict }
    })
    expect(parityPage(harnessDocument({ gates }))).toContain(`<strong>${says}</strong>`)
  })

  it.each([
    { standing: 'ended', says: 'Of an earlier comparison' },
    { standing: 'not renewed', says: 'Nobody compares now' },
  ] as const)('gives no verdict where the comparison is $standing', ({ standing, says }) => {
    expect(parityPage(harnessDocument({ standing }))).toContain(`<strong>${says}</strong>`)
  })

  it('lists what is ignored and accepted, up to when, and what is over', () => {
    const text = parityPage(harnessDocument({ migration: migrationWith('2026-11-01') }))
    expect(text).toMatch(/late is accepted by ana<\/th><td>2026-11-01 <span class="bad">over<\/span><\/td>/)
    expect(text).toMatch(/OrderPlaced.storeNo is ignored<\/th><td>2026-12-31<\/td><td>stores are numbered anew/)
  })
})

function migrationWith(until: string): MigrationFile | null {
  const text = soundBut(
    `reason: "the night's batch", until: 2026-12-31`,
    `reason: "the night's batch", until: ${until}`,
  )
  return checkMigration({ text, file: 'migrations/orders.yaml' }, { ...surroundings, today: '2026-10-01' }).migration
}
