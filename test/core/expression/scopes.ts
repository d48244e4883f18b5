/** Scopes for tests of expressions: a table of orders before and after a change. */
import type { CaptureSettings } from '../../../src/core/capture/connector/capture-settings.ts'
import { type Column, type Table, tableName } from '../../../src/core/catalog/catalog.ts'
import { columnReaders } from '../../../src/core/expression/types/column-readers.ts'
import { compileExpression } from '../../../src/core/expression/compile.ts'
import type { RowType } from '../../../src/core/expression/types/expression-type.ts'
import type { Scope } from '../../../src/core/expression/types/scope.ts'
import type { Typed } from '../../../src/core/expression/types/typed.ts'

export const settings: CaptureSettings = {
  format: 'json',
  decimalHandling: 'string',
  timePrecision: 'adaptive_time_microseconds',
  binaryHandling: 'hex',
  intervalHandling: 'string',
  hstoreHandling: 'json',
  unavailablePlaceholder: 'unavailable:test',
}

const column = (name: string, type: string, rest: Partial<Column> = {}): Column => ({
  name,
  type,
  nullable: false,
  ...rest,
})

export const orders: Table = {
  name: tableName('public', 'orders'),
  columns: [
    column('id', 'bigint'),
    column('status', 'character(1)'),
    column('qty', 'integer'),
    column('spare', 'integer', { nullable: true }),
    column('total_cents', 'bigint'),
    column('discount', 'numeric(5,2)', { nullable: true }),
    column('weight', 'double precision'),
    column('sku', 'character(6)'),
    column('email', 'character varying(120)', { nullable: true, pii: 'email' }),
    column('created_at', 'timestamp without time zone'),
    column('paid_at', 'timestamp with time zone', { nullable: true }),
    column('odd name', 'text'),
    column('shape', 'polygon'),
  ],
  primaryKey: ['id'],
  uniqueKeys: [],
  foreignKeys: [],
  replicaIdentity: 'full',
}

export function rowOf(name: string): RowType {
  return { kind: 'row', name, table: orders, columns: columnReaders(orders, settings) }
}

/** Slots 0 and 1 hold the rows. */
export function updateScope(): Scope {
  let slots = 2
  return {
    bindings: new Map([
      ['before', { slot: 0, type: rowOf('before'), nullable: false }],
      ['after', { slot: 1, type: rowOf('after'), nullable: false }],
      ['row', { slot: 1, type: rowOf('row'), nullable: false }],
    ]),
    lets: new Map(),
    absent: new Map([['group', 'the rule has no `per`']]),
    codes: new Map([
      [
        'payMethod',
        { name: 'payMethod', values: new Map([['1', 'CARD']]), unknown: { kind: 'value', value: 'OTHER' } },
      ],
      ['letter', { name: 'letter', values: new Map([['N', 'NEW']]), unknown: { kind: 'error' } }],
    ]),
    lookups: new Map(),
    repeats: 1,
    changed: { before: 0, after: 1, row: rowOf('after') },
    keys: new Map([['customer-email', Buffer.from('secret')]]),
    takeSlot: () => slots++,
  }
}

export const insertScope = (): Scope => {
  const scope = updateScope()
  const bindings = new Map(scope.bindings)
  bindings.set('before', { slot: 0, type: rowOf('before'), nullable: true, whyNull: 'is null on insert' })
  return { ...scope, bindings, changed: null }
}

export const source = (text: string): Parameters<typeof compileExpression>[0] => ({
  text,
  place: (start, end) => ({ file: 'm.yaml', line: 1, column: start + 1, length: end - start }),
})

/** Compiles or throws the messages. */
export function compiled(text: string, scope: Scope = updateScope()): Typed {
  const result = compileExpression(source(text), scope)
  if (result.kind === 'compiled') return result.typed
  throw new Error(result.problems.map(({ code, message }) => `${code} ${message}`).join('; '))
}

/** An image as Debezium sends it, for columns that a test names. */
export function image(values: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return { ...values }
}
