import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { html } from '../../../../src/core/parity/report/markup.ts'
import { parityPage } from '../../../../src/core/parity/report/parity-page.ts'
import { harnessDocument, harnessFound } from './harness-report.ts'

/** Texts in which markup is likely. */
const nasty = fc
  .array(fc.oneof(fc.constantFrom('<', '>', '"', "'", '&', '</td>', '<script>', '-->', '\u202e', '\0'), fc.string()), {
    maxLength: 6,
  })
  .map((parts) => parts.join(''))

/** Tags with their attributes; texts between them are left out. */
const skeleton = (page: string): string => (page.match(/<[^>]*>/g) ?? []).join('').replaceAll(/"[^"]*"/g, '""')

const found = harnessFound()
const [cause] = Object.values(found.report.tally.causes)

/** A page of one cause, in which every name and value is that text. */
function pageWith(text: string): string {
  if (cause === undefined) throw new Error('one cause')
  const record = { kind: 'record', partition: 0, offset: 0, atMs: 0, type: text, key: text } as const
  const pair = { bridge: { ...record, fields: { a: text } }, native: { ...record, fields: text } }
  const [type] = Object.values(found.report.tally.types)
  const tally = {
    ...found.report.tally,
    types: { [`t${text}`]: type ?? { outcomes: {} } },
    causes: { a: { ...cause, name: text } },
  }
  const topics = { bridge: text, native: text }
  return parityPage(
    harnessDocument({
      report: { ...found.report, mapping: text, version: text, topics, tally },
      gates: [{ gate: 'parity', verdict: 'failed', text }],
      samples: new Map([[text, pair]]),
      values: 'shown',
    }),
  )
}

describe('the page of a comparison', () => {
  it('has the same markup whatever names and values are', () => {
    const plain = skeleton(pageWith('orders'))
    fc.assert(
      fc.property(nasty, (text) => {
        expect(skeleton(pageWith(text))).toBe(plain)
      }),
      { numRuns: 40 },
    )
  })
})

describe('markup', () => {
  it('keeps no character of a text that could be read as markup, or that turns the order of letters', () => {
    fc.assert(
      fc.property(nasty, (text) => {
        expect(html`${text}`.text).not.toMatch(/[<>"'\0\u202e]|&(?!#\d+;)/)
      }),
    )
  })

  it('takes markup as it is, and a list of it', () => {
    expect(html`<p>${[html`<b>${1}</b>`, html`<i>${'a&b'}</i>`]}</p>`.text).toBe('<p><b>1</b><i>a&#38;b</i></p>')
  })
})
