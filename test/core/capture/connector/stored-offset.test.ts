import { describe, expect, it } from 'vitest'
import { betweenTransactions, placeOf } from '../../../../src/core/capture/connector/stored-offset.ts'

const stored = (offset: Readonly<Record<string, unknown>>) => ({ partition: { server: 'shop' }, offset })

/** As Connect showed them: Debezium 3.6.3, 3.7.0 behind END, 3.7.0 in a transaction, with the transformation, a snapshot. */
const offsets = {
  old: { lsn_proc: 70, messageType: 'INSERT', lsn_commit: 50, lsn: 70, transaction_id: '7:70', txId: 7, ts_usec: 1 },
  end: { lsn_proc: 90, messageType: 'COMMIT', lsn_commit: 90, lsn: 90, lsn_events_processed: 1, txId: 7, ts_usec: 1 },
  row: {
    ...{ lsn_proc: 70, messageType: 'INSERT', lsn_commit: 50, lsn: 70, lsn_events_processed: 1, txId: 7, ts_usec: 1 },
    ...{ transaction_id: '7:70', 'transaction_data_collection_order_public.t': 1 },
  },
  guarded: { messageType: 'COMMIT', lsn_commit: 50, lsn: 50, txId: 7, ts_usec: 1 },
  snapshot: { snapshot: 'INITIAL', last_snapshot_record: true, snapshot_completed: true, lsn: 40, txId: 7, ts_usec: 1 },
}

describe('a stored offset', () => {
  it.each([
    ['old', 'inside'],
    ['end', 'inside'],
    ['row', 'inside'],
    ['guarded', 'between'],
    ['snapshot', 'snapshot'],
  ] as const)('%s stands %s', (name, place) => {
    expect(placeOf(stored(offsets[name]))).toBe(place)
  })

  it('is moved to the last commit that was passed, and keeps the rest', () => {
    expect(betweenTransactions(stored(offsets.row))).toEqual(stored(offsets.guarded))
    expect(betweenTransactions(stored(offsets.old))).toEqual(stored(offsets.guarded))
  })

  it('stays where it is before the first commit, without what Debezium searches by', () => {
    const first = Object.fromEntries(Object.entries(offsets.row).filter(([name]) => name !== 'lsn_commit'))
    expect(betweenTransactions(stored(first))).toEqual(stored({ ...offsets.guarded, lsn: 70, lsn_commit: 70 }))
  })

  it('of MariaDB is the beginning of its transaction already, and loses what is to be skipped behind it', () => {
    const between = { ts_sec: 1, file: 'log.1', pos: 342, gtids: '0-1-12', server_id: 1 }
    const inside = {
      ...between,
      event: 4,
      row: 2,
      transaction_id: '0-1-13',
      'transaction_data_collection_order_crm.t': 2,
    }
    expect(placeOf(stored(between))).toBe('between')
    expect(placeOf(stored(inside))).toBe('inside')
    expect(placeOf(stored({ ...between, snapshot: 'INITIAL' }))).toBe('snapshot')
    expect(betweenTransactions(stored(inside))).toEqual(stored(between))
  })

  it.each(['guarded', 'snapshot'] as const)('%s is left as it is', (name) => {
    expect(betweenTransactions(stored(offsets[name]))).toEqual(stored(offsets[name]))
  })
})
