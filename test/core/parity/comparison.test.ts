import { describe, expect, it } from 'vitest'
import { checkMigration } from '../../../src/core/migration/file/check-migration.ts'
import { comparisonOf } from '../../../src/core/parity/comparison.ts'
import { sound, soundBut, surroundings } from '../migration/sample.ts'

const orders = surroundings.mappings.get('orders')
const publications = orders?.publications ?? []
const fullNameOf = (event: string): string =>
  publications.find((one) => one.event === event)?.contract.fullName ?? 'not published'

function compared(text: string, today = '2026-11-30') {
  const { migration, problems } = checkMigration({ text, file: 'orders.yaml' }, { ...surroundings, today })
  if (migration === null) throw new Error(problems.map(({ message }) => message).join('\n'))
  return comparisonOf(migration, { publications, today })
}

describe('a comparison', () => {
  it('is what the migration file says, by the full name of each event', () => {
    const { types, windowMs } = compared(sound)
    expect(windowMs).toBe(600_000)
    expect(types[fullNameOf('OrderPlaced')]).toEqual({
      name: 'OrderPlaced',
      match: ['orderId'],
      compare: ['status', 'total', 'note', 'lines.sku'],
      ignore: ['storeNo'],
      tolerance: { total: '0.01' },
      normalise: { note: ['nullAsAbsent', 'case'], lines: ['set'], total: ['decimalScale'] },
    })
  })

  it('has events that the file does not name whole, and in their order', () => {
    const { types } = compared(sound)
    expect(Object.values(types).map(({ name }) => name)).toContain('OrderShipped')
    expect(types[fullNameOf('OrderShipped')]).toMatchObject({ match: [], compare: null, ignore: [] })
  })

  it('knows the first version by both of its names', () => {
    const types = compared(soundBut('OrderPlaced:', 'OrderPlaced.v1:')).types
    expect(types[fullNameOf('OrderPlaced')]).toMatchObject({ name: 'OrderPlaced', match: ['orderId'] })
  })

  it('has no events of other topics', () => {
    const elsewhere = publications.map((one) => ({ ...one, topic: 'elsewhere' }))
    const { migration } = checkMigration({ text: sound, file: 'orders.yaml' }, surroundings)
    if (migration === null) throw new Error('the sample has a mistake')
    expect(comparisonOf(migration, { publications: elsewhere, today: '2026-11-30' }).types).toEqual({})
  })

  it('is another one when it says something else, and only then', () => {
    const { version } = compared(sound)
    expect(compared(soundBut('days: 7', 'days: 8')).version).toBe(version)
    expect(compared(soundBut('windowSeconds: 600', 'windowSeconds: 601')).version).not.toBe(version)
    expect(compared(soundBut('total: 0.01', 'total: 0.02')).version).not.toBe(version)
  })

  it('counts an ignored field again behind its last day, and is another one then', () => {
    const [before, after] = [compared(sound, '2026-12-31'), compared(sound, '2027-01-01')]
    expect(before.version).toBe(compared(sound).version)
    expect(after.types[fullNameOf('OrderPlaced')]?.ignore).toEqual([])
    expect(after.version).not.toBe(before.version)
  })
})
