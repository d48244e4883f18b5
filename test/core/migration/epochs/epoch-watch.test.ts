import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type EpochedRecord, EpochWatch } from '../../../../src/core/migration/epochs/epoch-watch.ts'
import { decodeKeptEpochs, encodeKeptEpochs } from '../../../../src/core/migration/epochs/kept-epochs.ts'

const topic = 'orders.v1'

const record = (key: string, epoch: number, offset = 0, partition = 0): EpochedRecord => ({
  ...{ topic, partition, offset, epoch },
  key: Buffer.from(key),
})

const stream = fc
  .array(
    fc.record({ key: fc.constantFrom('a', 'b', 'c'), epoch: fc.integer({ min: 1, max: 4 }), partition: fc.nat(1) }),
  )
  .map((all) => all.map(({ key, epoch, partition }, offset) => record(key, epoch, offset, partition)))

/** Those with a lesser epoch than one of their key before them, in their partition. */
const decreasing = (all: readonly EpochedRecord[]): readonly number[] =>
  all
    .filter(({ key, partition, epoch, offset }) =>
      all
        .slice(0, offset)
        .some(
          (one) => one.partition === partition && one.key?.equals(key ?? Buffer.of()) === true && one.epoch > epoch,
        ),
    )
    .map(({ offset }) => offset)

describe('the watch of epochs', () => {
  it('finds every event whose key has had a later epoch before, and no other, however often it is saved', () => {
    fc.assert(
      fc.property(stream, fc.integer({ min: 1, max: 5 }), (all, savedEvery) => {
        let watch = new EpochWatch()
        const found = all.filter((one, at) => {
          if (at % savedEvery === 0) {
            const bytes = encodeKeptEpochs({ saved: watch.saved(), offsets: {} })
            watch = new EpochWatch(decodeKeptEpochs(bytes).saved)
          }
          return watch.take(one) !== null
        })
        expect(found.map(({ offset }) => offset)).toEqual(decreasing(all))
        expect(watch.decreases.reduce((sum, { records }) => sum + records, 0)).toBe(found.length)
      }),
    )
  })

  it('finds nothing that is not so when it has to forget', () => {
    fc.assert(
      fc.property(stream, (all) => {
        const watch = new EpochWatch(null, 1)
        const found = all.filter((one) => watch.take(one) !== null).map(({ offset }) => offset)
        const wanted = decreasing(all)
        expect(found.every((offset) => wanted.includes(offset))).toBe(true)
      }),
    )
  })

  it('names the first of a partition, and counts the others', () => {
    const watch = new EpochWatch()
    for (const [at, [key, epoch]] of (
      [
        ['a', 2],
        ['b', 3],
        ['a', 1],
        ['b', 2],
      ] as const
    ).entries()) {
      watch.take(record(key, epoch, at))
    }
    expect(watch.decreases).toEqual([{ topic, partition: 0, offset: 2, before: 2, epoch: 1, records: 2 }])
  })

  it('takes the same key in two partitions for two: between them there is no order', () => {
    const watch = new EpochWatch()
    watch.take(record('a', 2, 0, 0))
    expect(watch.take(record('a', 1, 0, 1))).toBeNull()
  })

  it('remembers no key of the first epoch, and above its bound forgets the one that was silent longest', () => {
    const watch = new EpochWatch(null, 2)
    for (const key of ['a', 'b', 'c', 'd']) watch.take(record(key, 1))
    expect(watch.saved().epochs.size).toBe(0)
    for (const key of ['a', 'b', 'a', 'c']) watch.take(record(key, 2))
    expect(watch.forgotten).toBe(1)
    expect(['b', 'a', 'c'].map((key) => watch.take(record(key, 1)) !== null)).toEqual([false, true, true])
  })
})

describe('what is kept of the epochs', () => {
  it('keeps offsets, and who was silent longest', () => {
    const watch = new EpochWatch(null, 2)
    for (const key of ['a', 'b', 'a']) watch.take(record(key, 300_000))
    const kept = { saved: watch.saved(), offsets: { [topic]: [3, 0] } }
    const read = decodeKeptEpochs(encodeKeptEpochs(kept))
    expect(read).toEqual(kept)
    expect([...read.saved.epochs.keys()]).toEqual([...kept.saved.epochs.keys()])
  })

  it('that nobody has written is refused', () => {
    expect(() => decodeKeptEpochs(Buffer.from('[]'))).toThrow(expect.objectContaining({ code: 'INTERNAL' }))
  })
})
