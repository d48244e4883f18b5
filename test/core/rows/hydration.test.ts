import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { CaptureSettings } from '../../../src/core/capture/connector/capture-settings.ts'
import { imageOf as image, PartialImage } from '../../../src/core/capture/image/value-image.ts'
import type { RowChange } from '../../../src/core/capture/row-change.ts'
import { type Table, tableName } from '../../../src/core/catalog/catalog.ts'
import type { Checkpoint } from '../../../src/core/delivery/checkpoint.ts'
import { PendingRows } from '../../../src/core/rows/pending-rows.ts'
import { SourceRows } from '../../../src/core/rows/source-rows.ts'
import { rowRange, type StoreKey } from '../../../src/core/rows/store-key.ts'
import { StoredTable } from '../../../src/core/rows/stored-table.ts'
import { isChange, netChanges } from '../../../src/core/transaction/net-changes.ts'
import { UNAVAILABLE } from '../../../src/core/values/value.ts'
import { shown, type Values } from '../images.ts'
import { change, moved, transactionOf, truncated } from '../transaction/changes.ts'

const placeholder = 'not-sent'
const settings = { unavailablePlaceholder: placeholder } as CaptureSettings
const name = tableName('shop', 'orders')
const tableOf = (replicaIdentity: Table['replicaIdentity']): Table => ({
  name,
  columns: [
    { name: 'id', type: 'integer', nullable: false },
    { name: 'v', type: 'integer', nullable: true },
    { name: 'doc', type: 'text', nullable: true, toastable: true },
  ],
  primaryKey: ['id'],
  uniqueKeys: [],
  foreignKeys: [],
  replicaIdentity,
})

/** Rows over a store in memory, which is written when it is told to. */
class Kept {
  readonly stored = new Map<StoreKey, Buffer>()
  readonly pending = new PendingRows({ get: (key) => this.stored.get(key) ?? null })
  readonly rows: SourceRows

  constructor(identity: Table['replicaIdentity'] = 'default') {
    this.rows = new SourceRows(new Map([[name, new StoredTable(tableOf(identity), settings)]]), this.pending)
  }

  complete(...changes: readonly RowChange[]): readonly RowChange[] {
    return this.rows.complete(changes, new Set([name]))
  }

  /** Up to here: taken, visible, begun to be written, written. */
  bring(steps: number): void {
    if (steps > 0) this.rows.seal({ next: 0 } as Checkpoint)
    if (steps > 1) this.pending.becomeVisible()
    const batch = steps > 2 ? this.pending.beginWriting() : null
    if (batch === null) return
    for (const table of batch.content.emptied) {
      const { from, to } = rowRange(table)
      for (const key of this.stored.keys()) if (key >= from && key < to) this.stored.delete(key)
    }
    for (const [key, row] of batch.content.rows) {
      if (row === null) this.stored.delete(key)
      else this.stored.set(key, row)
    }
    if (steps > 3) this.pending.written()
  }
}

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

interface Step {
  readonly act: 'put' | 'move' | 'drop' | 'empty'
  readonly id: number
  readonly to: number
  readonly v: number
  readonly doc: string | null
}

const step: fc.Arbitrary<Step> = fc.record({
  act: fc.constantFrom('put', 'put', 'put', 'move', 'drop', 'empty'),
  id: fc.nat(3),
  to: fc.nat(3),
  v: fc.nat(2),
  doc: fc.constantFrom(null, 'one', 'another'),
})

function perform(rows: Map<number, Values>, { act, id, to, v, doc }: Step): readonly RowChange[] {
  const row = rows.get(id) ?? null
  if (act === 'empty') {
    rows.clear()
    return [truncated(name)]
  }
  if (act === 'move') {
    if (row === null || rows.has(to)) return []
    const there = { ...row, id: to }
    rows.delete(id)
    rows.set(to, there)
    return moved(row, there)
  }
  const after = act === 'put' ? { id, v, doc } : null
  if (row === null && after === null) return []
  if (after === null) rows.delete(id)
  else rows.set(id, after)
  return [change(row, after)]
}

describe('any history', () => {
  it('gives the same net changes under DEFAULT as under FULL, however far its rows were written', () => {
    const history = fc.array(fc.record({ steps: fc.array(step, { minLength: 1, maxLength: 4 }), bring: fc.nat(4) }), {
      minLength: 1,
      maxLength: 8,
    })
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
})
