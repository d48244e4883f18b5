import { describe, expect, it } from 'vitest'
import type { PreviewedTransaction } from '../../../src/app/project/preview/shown-transaction.ts'
import { previewText } from '../../../src/cli/readings/preview-reading.ts'

const textOf = (note: string, lines: readonly unknown[]): string => {
  const transaction: PreviewedTransaction = {
    transaction: 'pg:1',
    from: 0n as never,
    rows: [],
    outcomes: [{ kind: 'event', event: 'Placed.v1', key: 'k', fields: { inner: { note }, lines } }],
  }
  return previewText({ items: [transaction] } as never)
}

describe('a preview for people', () => {
  it('shows values of usual size whole', () => {
    expect(
      textOf(
        'x'.repeat(200),
        Array.from({ length: 20 }, (_, at) => ({ at })),
      ),
    ).toContain(`{"inner":{"note":"${'x'.repeat(200)}"},"lines":[{"at":0},`)
    expect(
      textOf(
        '',
        Array.from({ length: 20 }, () => 1),
      ),
    ).not.toContain('more')
  })

  it('shortens long texts and lists, and says how much there is', () => {
    const shown = textOf(
      'x'.repeat(10_000),
      Array.from({ length: 25 }, () => 1),
    )
    expect(shown).toContain(`${'x'.repeat(200)}… (10000 characters)`)
    expect(shown).toContain('1,1,"… and 5 more"]')
    expect(shown.length).toBeLessThan(500)
  })
})
