/** A migration file without mistakes, and what it is checked against: the mapping of the tests of mappings. */
import type { Problem } from '../../../src/core/diagnostics/problem.ts'
import { checkMigration, type MigrationSurroundings } from '../../../src/core/migration/file/check-migration.ts'
import { compiled, sound as soundMapping } from '../mapping/sample.ts'

/** Line numbers are part of what tests expect. */
export const sound = `migration: orders
format: 1
mapping: orders
topics: {bridge: orders.v1, native: native.orders.v1}
events:
  OrderPlaced:
    match: [orderId]
    compare: [status, total, note, lines.sku]
    ignore:
      - {field: storeNo, reason: "stores are numbered anew", until: 2026-12-31}
    tolerance: {total: 0.01}
    normalise: {note: [nullAsAbsent, case], lines: [set], total: [decimalScale]}
  OrderRemoved: {}
windowSeconds: 600
gates:
  days: 7
  events: 1000
  rare: {OrderRemoved: 5}
  pendingSecondsMax: 3600
  accept:
    - {outcome: late, by: ana, reason: "the night's batch", until: 2026-12-31}
native: {transactionalIds: [falsework.native.orders.1, falsework.native.orders.2]}
`

const orders = compiled(soundMapping)

export const surroundings: MigrationSurroundings = {
  mappings: new Map([
    ['orders', orders],
    ['broken', null],
  ]),
  today: '2026-11-30',
}

/** The sound file with other text in one place. */
export function soundBut(from: string, to: string): string {
  if (sound.split(from).length !== 2) throw new Error(`not once in the sound file: ${from}`)
  return sound.replace(from, () => to)
}

/** Everything that is said of a migration file, in one line for each mistake. */
export const said = (text: string): string[] =>
  checkMigration({ text, file: 'migrations/orders.yaml' }, surroundings).problems.map(spelled)

function spelled({ severity, code, name, message, place, hint }: Problem): string {
  const label = severity === 'warning' ? 'warning ' : ''
  const { line, column, length } = place
  return `${line}:${column}+${length} ${label}${code} ${name}: ${message}${hint === undefined ? '' : ` | ${hint}`}`
}
