import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { imageOf as image, PartialImage } from '../../../src/core/capture/image/value-image.ts'
import type { RowChange } from '../../../src/core/capture/row-change.ts'
import type { Checkpoint } from '../../../src/core/delivery/checkpoint.ts'
import type { StoreKey, StoreSpace } from '../../../src/core/rows/stored/store-key.ts'
import { isChange, netChanges } from '../../../src/core/transaction/net-changes.ts'
import { UNAVAILABLE } from '../../../src/core/values/value.ts'
import { shown, type Values } from '../images.ts'
import { change, transactionOf, truncated } from '../transaction/changes.ts'
import { history, perform } from './history.ts'
import { Kept, name, placeholder } from './kept.ts'

/** As a connector sends the change under REPLICA IDENTITY DEFAULT, once what it has made up is left out. */
function sent({ before, after, ...rest }: RowChange): RowChange {
  const [was, is] = [before, after]
  if (rest.op === 'u' && was !== null && is !== null) {
    const unchanged = was.get('doc') === is.get('doc') && was.get('doc') !== null
    return { ...rest, before: null, after: unchanged ? image({ ...(shown(is) as Values), doc: placeholder }) : is }
  }
  const keyOnly = was === null ? null : new PartialImage(was, (column) => column === 'id')
  return { ...rest, before: keyOnly, after: is }
}

const a: Values = { id: 1, v: 1, doc: 'long' }
const b: Values = { id: 1, v: 2, doc: 'long' }

describe('a change under REPLICA IDENTITY DEFAULT', () => {
  it('gets the row before it, and large values that have not changed', () => {
    const kept = new Kept()
    kept.complete(sent(change(null, a)))
    const [update] = kept.complete(sent(change(a, b)))
    expect(shown(update?.before)).toStrictEqual(a)
    expect(shown(update?.after)).toStrictEqual(b)
    const [gone] = kept.complete(sent(change(b, null)))
    expect(shown(gone?.before)).toStrictEqual(b)
  })

  it('of a row that is not known tells the key it had, and of the rest nothing', () => {
    const [update] = new Kept().complete(sent(change(a, b)))
    expect(shown(update?.before)).toStrictEqual({ id: 1, v: UNAVAILABLE, doc: UNAVAILABLE })
    expect(shown(update?.after)).toStrictEqual({ id: 1, v: 2, doc: UNAVAILABLE })
    const [gone] = new Kept().complete(sent(change(a, null)))
    expect(shown(gone?.before)).toStrictEqual({ id: 1, v: UNAVAILABLE, doc: UNAVAILABLE })
  })

  it('keeps what is not known of a row as not known', () => {
    const kept = new Kept()
    kept.complete(sent(change(a, b)))
    kept.bring(4)
    const [update] = kept.complete(sent(change(b, { ...b, doc: 'new' })))
    expect(shown(update?.before)).toStrictEqual({ id: 1, v: 2, doc: UNAVAILABLE })
  })

  it('of a row whose table has got a column since does not say what stood in it', () => {
    const kept = new Kept()
    kept.complete(sent(change(null, a)))
    const wider = image({ id: 1, v: 2, doc: 'x', added: 5 })
    const [update] = kept.complete({ ...change(a, b), before: null, after: wider })
    expect(shown(update?.before)).toStrictEqual({ ...a, added: UNAVAILABLE })
  })

  it('finds no row that was there before a truncate', () => {
    const kept = new Kept()
    kept.complete(sent(change(null, a)))
    kept.bring(4)
    kept.complete(truncated(name))
    const [update] = kept.complete(sent(change(a, b)))
    expect(update?.before?.get('v')).toBe(UNAVAILABLE)
  })
})

describe('any history', () => {
  it('gives the same net changes under DEFAULT as under FULL, however far its rows were written', () => {
    fc.assert(
      fc.property(history, (transactions) => {
        const [full, kept] = [new Kept('full'), new Kept('default')]
        const rows = new Map<number, Values>()
        for (const { steps, bring } of transactions) {
          const changes = steps.flatMap((one) => perform(rows, one))
          const net = (found: readonly RowChange[]): unknown[] =>
            netChanges(transactionOf(found))
              .filter(isChange)
              .map(({ op, before, after }) => [op, shown(before), shown(after)])
          expect(net(kept.complete(...changes.map(sent)))).toStrictEqual(net(full.complete(...changes)))
          kept.bring(bring)
        }
      }),
      { numRuns: 2_000 },
    )
  })

  it('gives the same rows when it is read again over a part of what it had written, from the first key on', () => {
    fc.assert(
      fc.property(history, fc.nat(), fc.double({ min: 0, max: 1, noNaN: true }), (transactions, split, share) => {
        const rows = new Map<number, Values>()
        const changes = transactions.map(({ steps }) => steps.flatMap((one) => perform(rows, one)).map(sent))
        const begun = split % (changes.length + 1)
        const whole = new Kept('default')
        for (const own of changes.slice(0, begun)) whole.complete(...own)
        whole.bring(4)
        const broken = new Kept('default')
        for (const [key, row] of whole.stored) broken.stored.set(key, row)
        for (const own of changes.slice(begun)) whole.complete(...own)
        whole.pending.seal(anywhere)
        whole.pending.becomeVisible()
        const content = whole.pending.beginWriting()?.content
        fc.pre(content !== undefined && !content.inOneStep)
        const entries = [...content.values].toSorted(([a], [b]) => (a < b ? -1 : 1))
        const emptied = [...content.emptied]
        empty(broken, emptied)
        write(broken, entries.slice(0, Math.floor(entries.length * share)))
        for (const own of changes.slice(begun)) broken.complete(...own)
        broken.bring(4)
        empty(whole, emptied)
        write(whole, entries)
        expect(shownRows(broken)).toStrictEqual(shownRows(whole))
      }),
      { numRuns: 1_000 },
    )
  })
})

const anywhere = { next: 0 } as Checkpoint

function empty({ stored }: Kept, spaces: readonly StoreSpace[]): void {
  for (const { from, to } of spaces) for (const key of stored.keys()) if (key >= from && key < to) stored.delete(key)
}

function write({ stored }: Kept, entries: readonly (readonly [StoreKey, Buffer | null])[]): void {
  for (const [key, row] of entries) {
    if (row === null) stored.delete(key)
    else stored.set(key, row)
  }
}

const shownRows = ({ stored }: Kept): unknown =>
  [...stored].map(([key, row]) => [key, row.toString('utf8')]).toSorted(([a = ''], [b = '']) => (a < b ? -1 : 1))
