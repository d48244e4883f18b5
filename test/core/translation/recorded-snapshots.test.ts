/** Snapshots of which the connector (3.7.0) was recorded to tell, one after the other in one raw log. */
import { describe, expect, it } from 'vitest'
import type { CaptureMessage } from '../../../src/core/capture/capture-message.ts'
import type { SnapshotNote } from '../../../src/core/capture/record/snapshot-note.ts'
import { runProject } from '../../cases/run-case.ts'
import { decodeAll, recorded, recordedTables, type TextRecord } from '../capture/raw-log-of.ts'
import { inOrder, mapping, project, seen, without } from './seen-orders.ts'

const notesOf = (name: string): readonly SnapshotNote[] =>
  decodeAll(recorded(name), recordedTables).flatMap((message: CaptureMessage) =>
    message.kind === 'notification' && message.snapshot !== null ? [message.snapshot] : [],
  )

const told = ({ kind, says }: SnapshotNote): string =>
  says.kind === 'scanned'
    ? `${kind} ${says.kind} ${says.table} ${says.outcome} ${says.rows} ${says.isWhole ? 'whole' : 'not whole'}`
    : `${kind} ${says.kind}`

describe('what a connector tells of its snapshots', () => {
  it('is, of the first one, each table that was read, with rows or without', () => {
    const notes = notesOf('notified-initial').map(told)
    expect(notes[0]).toBe('initial begun')
    expect(notes.at(-1)).toBe('initial completed')
    expect(notes).toContain('initial scanned shop.orders SUCCEEDED 10 whole')
    expect(notes).toContain('initial scanned shop.journal SUCCEEDED 0 whole')
  })

  it('is, of an incremental one, the same under the id of its signal, and which table could not be read', () => {
    const notes = notesOf('notified-incremental')
    expect(new Set(notes.map(({ id }) => id))).toStrictEqual(new Set(['chunks']))
    expect(notes.map(told).filter((text) => !text.endsWith('goesOn'))).toStrictEqual([
      'incremental begun',
      'incremental scanned shop.orders SUCCEEDED 10 whole',
      'incremental scanned shop.journal NO_PRIMARY_KEY 0 not whole',
      'incremental scanned shop.lines EMPTY 0 whole',
      'incremental completed',
    ])
  })

  it('is, of a blocking one, what it is of the first', () => {
    expect(
      notesOf('notified-blocking')
        .map(told)
        .filter((text) => !text.endsWith('goesOn')),
    ).toStrictEqual([
      'initial begun',
      'initial scanned shop.orders SUCCEEDED 10 whole',
      'initial scanned shop.plain SUCCEEDED 2 whole',
      'initial completed',
    ])
  })
})

describe('rules that want rows as inserts', () => {
  const inserted = [1, 2, 3, 101, 102, 103, 104, 105, 106, 107].map((id) =>
    seen(id, 'insert', id === 2 ? 'paid' : null),
  )
  const updated = seen(107, 'update', 'in between')

  it('see each row once, however often snapshots read it, and each change behind it', async () => {
    const names = ['notified-initial', 'notified-incremental', 'notified-condition', 'notified-blocking']
    const log = inOrder(...names.map((name) => recorded(name)))
    const { published, problems } = await runProject(await project(), log)
    expect(problems).toStrictEqual([])
    expect(published).toStrictEqual([...inserted, updated, seen(101, 'update', 'behind it')])
  })

  it('see rows of a table that was captured later when an incremental snapshot has read all of them', async () => {
    const log = inOrder(without('orders'), recorded('notified-incremental'))
    const { published } = await runProject(await project(), log)
    // An update of the last one has told all of it before the snapshot came there: it is not new.
    expect(published).toStrictEqual([updated, ...inserted.slice(0, -1)])
  })

  it('see rows of a table that was captured later behind a blocking snapshot', async () => {
    const log = inOrder(without('orders'), recorded('notified-blocking'))
    const { published } = await runProject(await project(), log)
    expect(published).toStrictEqual([
      ...inserted.slice(0, -1),
      seen(107, 'insert', 'in between'),
      seen(101, 'update', 'behind it'),
    ])
  })

  it('see a row before it is changed, where its snapshot has not come to its end', async () => {
    const [incremental, blocking] = [recorded('notified-incremental'), recorded('notified-blocking')]
    const behindChunks = incremental.findIndex(({ value }) => String(value).includes('"chunk_index":"5"'))
    const change = blocking.findIndex(({ value }) => String(value).includes('behind it')) - 1
    const end = incremental.findIndex(({ value }, at) => at > behindChunks && String(value).includes('"status":"END"'))
    const log = inOrder(without('orders'), incremental.slice(0, end + 1), blocking.slice(change))
    const { published } = await runProject(await project(), log)
    expect(published).toStrictEqual([updated, seen(101, 'insert'), seen(101, 'update', 'behind it')])
  })

  it('see what a snapshot under a condition has read', async () => {
    const log = inOrder(without('orders'), recorded('notified-condition'))
    const { published } = await runProject(await project(), log)
    expect(published).toStrictEqual([seen(106, 'insert'), seen(107, 'insert', 'in between')])
  })
})

describe('a first snapshot without any row', () => {
  it('is done when the connector says so: rows that are not found are known not to be there', async () => {
    const empty = recorded('notified-initial').filter(({ value }) => !String(value).includes('"op":"r"'))
    const { published } = await runProject(
      await project(),
      inOrder(empty, recorded('notified-incremental').slice(0, 9)),
    )
    expect(published).toStrictEqual([seen(107, 'update', 'in between')])
  })
})

describe('a mapping that looks up a table', () => {
  const waitingBehind = async (...logs: readonly (readonly TextRecord[])[]): Promise<unknown> => {
    const { waiting, published } = await runProject(await project(), inOrder(...logs))
    return { waiting: Object.fromEntries(waiting), published: published.length }
  }
  const later = without('lines')

  it('waits, and translates nothing, where the first snapshot has not read the table', async () => {
    expect(await waitingBehind(later, recorded('notified-blocking'))).toStrictEqual({
      waiting: { m: ['shop.lines'] },
      published: 0,
    })
  })

  it('works from the END of the transaction on that tells of its last row', async () => {
    expect(await waitingBehind(later, recorded('notified-incremental'), recorded('notified-blocking'))).toStrictEqual({
      waiting: {},
      published: 1,
    })
  })

  it('waits on where the connector could not read the table', async () => {
    const failed = recorded('notified-incremental').map((record) => ({
      ...record,
      value: String(record.value).replace('"status":"EMPTY"', '"status":"SQL_EXCEPTION"'),
    }))
    expect(await waitingBehind(later, failed)).toMatchObject({ waiting: { m: ['shop.lines'] } })
  })

  it('waits where the table was read by a first snapshot that began anew, and not again', async () => {
    const broken = recorded('notified-initial').slice(0, 16)
    expect(broken.some(({ value }) => String(value).includes('"scanned_collection":"shop.lines"'))).toBe(true)
    expect(await waitingBehind(broken, later)).toMatchObject({ waiting: { m: ['shop.lines'] } })
  })

  it('waits for no table where the connector tells nothing of the first snapshot', async () => {
    const silent = recorded('notified-initial').filter(({ value }) => !String(value).includes('"aggregate_type"'))
    expect(await waitingBehind(silent)).toStrictEqual({ waiting: {}, published: 10 })
  })

  it('waits on when a part of the table was read', async () => {
    const looksUpOrders = mapping
      .replace(
        'line: {table: lines, key: [order_id, line], columns: [sku], missing: null}',
        'order: {table: orders, key: [id], columns: [note], missing: null}',
      )
      .replaceAll('line(after.id, 1).sku', 'order(after.id).note')
    const behind = async (log: readonly TextRecord[]): Promise<readonly string[]> => {
      const { waiting } = await runProject(await project(looksUpOrders), inOrder(without('orders'), log))
      return [...waiting.keys()]
    }
    expect(await behind(recorded('notified-condition'))).toStrictEqual(['m'])
    expect(await behind(recorded('notified-blocking'))).toStrictEqual([])
  })
})
