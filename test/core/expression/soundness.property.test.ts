import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Column, type Table, tableName } from '../../../src/core/catalog/catalog.ts'
import { columnReaders } from '../../../src/core/expression/types/column-readers.ts'
import { compileExpression } from '../../../src/core/expression/compile.ts'
import type { RowType } from '../../../src/core/expression/types/expression-type.ts'
import type { Scope } from '../../../src/core/expression/types/scope.ts'
import { ValueError } from '../../../src/core/values/value-error.ts'
import { conforms } from './conforms.ts'
import { settings, source, updateScope } from './scopes.ts'
import { frameOf } from './rows.ts'

/** A column of each type, with what Debezium may send for it beside null. */
const columns: Readonly<Record<string, readonly [type: string, sent: readonly unknown[], values?: string[]]>> = {
  flag: ['boolean', [true, false]],
  small: ['integer', [0, 1, -1, 7, 20260131, 2147483647, -2147483648]],
  large: ['bigint', [0, 5, 9223372036854775807n, -9223372036854775808n, 4990]],
  money: ['numeric(10,2)', ['0.00', '49.90', '-99999999.99', 'NAN', 'POSITIVE_INFINITY']],
  exact: ['numeric', ['1.5', '1E+3', '-0.000', 'NEGATIVE_INFINITY']],
  real: ['real', [0.5, 'NaN']],
  weight: ['double precision', [0, -2.5, 1e300, 'Infinity', 'NaN']],
  code: ['character(3)', ['N  ', 'ABC', '   ']],
  name: [
    'text',
    [
      '',
      'Ann',
      ' Zoë 💡 ',
      'unavailable:test',
      'a\0b',
      '\ud800',
      '\udca1x',
      '0,1,',
      '9'.repeat(400),
      '[]',
      '2026-01-31',
      '17',
    ],
  ],
  state: ['state', ['NEW', 'PAID', 'LATER'], ['NEW', 'PAID']],
  day: ['date', [0, 20000, -719162, 2145031948, -2147472692, -2147472691]],
  clock: ['time without time zone', [0, 52200000000]],
  local: [
    'timestamp without time zone',
    [0, 1769853600000000, 9223371331199999999n, -210866803200000000n, 9223372036825200000n, -9223372036832400000n],
  ],
  moment: [
    'timestamp with time zone',
    ['2026-01-31T10:00:00Z', '+294276-12-31T23:59:59.999999Z', '-4712-01-01T00:00:00Z', 'infinity', '-infinity'],
  ],
  ident: ['uuid', ['6ba7b810-9dad-11d1-80b4-00c04fd430c8']],
  data: ['bytea', ['00ff', '']],
  doc: [
    'jsonb',
    [
      '{"a": 1}',
      '{"a": [{"b": [1e400]}, null]}',
      '{',
      '[[',
      String.raw`{"a": "\u0000\ud800"}`,
      '{"__proto__": {"a": 1}}',
    ],
  ],
  weights: ['double precision[]', [[], [0.5, 'NaN'], ['Infinity', null, '-Infinity']]],
  reals: ['real[]', [[], ['NaN', 2.5]]],
  moneys: [
    'numeric(10,2)[]',
    [
      ['49.90', 'NAN'],
      ['POSITIVE_INFINITY', null],
    ],
  ],
  exacts: ['numeric[]', [['1.5', 'NAN'], ['NEGATIVE_INFINITY']]],
  days: [
    'date[]',
    [
      [0, -2147472692],
      [-2147472691, null],
    ],
  ],
  locals: ['timestamp without time zone[]', [[0, 9223372036825200000n]]],
  moments: ['timestamp with time zone[]', [['2026-01-31T10:00:00Z', 'infinity'], ['-infinity']]],
}

function tableOf(name: string, nullable: boolean): Table {
  return {
    name: tableName('public', name),
    columns: Object.entries(columns).map(
      ([column, [type, , values]]): Column => ({
        name: column,
        type,
        nullable,
        ...(values === undefined ? {} : { values }),
      }),
    ),
    primaryKey: [],
    uniqueKeys: [],
    foreignKeys: [],
    replicaIdentity: 'full',
  }
}

const typeOf = (name: string, table: Table): RowType => ({
  kind: 'row',
  name,
  table,
  columns: columnReaders(table, settings),
})
const [full, sparse] = [typeOf('full', tableOf('full', false)), typeOf('sparse', tableOf('sparse', true))]

function scope(): Scope {
  let slots = 4
  return {
    ...updateScope(),
    bindings: new Map([
      ['full', { slot: 0, type: full, nullable: false }],
      ['sparse', { slot: 1, type: sparse, nullable: false }],
      ['gone', { slot: 2, type: full, nullable: true }],
      ['items', { slot: 3, type: { kind: 'rows', row: sparse }, nullable: false }],
    ]),
    changed: { before: 0, after: 0, row: full },
    takeSlot: () => slots++,
  }
}

const rowOf = (nullable: boolean): fc.Arbitrary<Record<string, unknown>> =>
  fc.record(
    Object.fromEntries(
      Object.entries(columns).map(([name, [, sent]]) => [
        name,
        nullable ? fc.constantFrom(...sent, null) : fc.constantFrom(...sent),
      ]),
    ),
  )

/** Half of what is put together is refused by the check: that is what it is for. */
const literals = ['0', '1', '-1', '7', '20260131', '3000000000', '1.5', '-0.25', '49.90', '1e3', "''", "'NEW'", "'x'"]
const more = ["'17'", 'true', 'null', '[1, 2.5]', "['NEW', 'PAID']", "'2026-01-31'", "split(full.name, 'a')"]
const binaries = ['==', '!=', '<', '<=', '>', '>=', '+', '-', '*', '/', '%', '&&', '||', 'in']
const unaries = ['!', '-', 'string', 'int', 'long', 'abs', 'upper', 'trim', 'digits', 'ymd', 'ymdOrNull', 'hm', 'date']
const furtherUnaries = ['utc', 'epochMillis', 'size', 'sum', 'payMethod', 'letter', 'lower', 'coalesce']
const calls = ["zoned(_, 'Europe/Berlin')", 'scaled(_, 2)', 'round(_, 1)', 'decimal(_, 12, 2)', 'div(_, _, 2)']
const furtherCalls = ['first(_, 2)', 'last(_, 2)', 'mask(_, 1)', "pseudonym('customer-email', _)", 'addDays(_, _)']
const listCalls = ['at(_, _)', 'coalesce(_, _)', 'coalesce(_, _, _)', 'nullIf(_, _)', '_ == null ? _ : _', '_ ? _ : _']
const macroCalls = ['_.map(x, x)', '_.filter(x, x == _)', '_.exists(x, x == _)', 'items.map(x, x.small)', '[_, _]']
const specialCalls = [
  'full.weights.exists(x, x != null && x > _)',
  'full.reals.map(x, coalesce(x, _))',
  'at(full.days, _)',
]
const furtherSpecials = [
  'full.moneys.filter(x, x != null && x > _)',
  'full.exacts.all(x, x == null || x < _)',
  '_ in full.days',
]
const itemCalls = ['items.map(x, coalesce(x.money, _))', 'items.filter(x, x.state != null)', 'items.all(x, x.day == _)']

const partCalls = [
  'startsWith(_, _)',
  'endsWith(_, _)',
  'contains(_, _)',
  'substring(_, 1, 3)',
  "padStart(_, 5, '0')",
  'set(_)',
  "json(_, 'a')",
  "json(_, 'a.b[0]')",
  "json(_, 'a[*].b')",
  'join(_, _)',
]
const timeCalls = [
  "local(_, 'America/New_York')",
  'time(_)',
  'dateTime(_, _)',
  "date(_, 'yyyy-MM-dd')",
  "dateTime(_, 'yyyy-MM-dd HH:mm')",
  'year(_)',
  'month(_)',
  'day(_)',
  'epochSeconds(_)',
  'toEpochSeconds(_)',
  'toEpochMillis(_)',
  'daysBetween(_, _)',
  'secondsBetween(_, _)',
  'daysBetween(full.day, _)',
  'secondsBetween(full.moment, _)',
]
const orderCalls = [
  ...['min', 'max', 'distinct', 'sort', 'first', 'last'].flatMap((name) => [
    `${name}(_)`,
    `${name}(full.moneys.filter(x, x != null))`,
    `${name}(full.weights.filter(x, x != null))`,
    `${name}(full.exacts.filter(x, x != null))`,
    `${name}(full.locals)`,
  ]),
  'first(items).money',
  'last(items.sortBy(x, coalesce(x.weight, _))).day',
  '_.sortBy(x, x)',
  '_.exists_one(x, x == _)',
]

const columnNames = Object.keys(columns)
const atoms = fc.oneof(
  { weight: 2, arbitrary: fc.constantFrom(...literals, ...more) },
  {
    weight: 5,
    arbitrary: fc
      .tuple(fc.constantFrom('full', 'sparse', 'gone'), fc.constantFrom(...columnNames))
      .map(([row, column]) => `${row}.${column}`),
  },
)

const expressions = fc.letrec<{ expression: string }>((tie) => ({
  expression: fc.oneof(
    { maxDepth: 4, depthIdentifier: 'expression', depthSize: 'medium' },
    atoms,
    fc
      .tuple(tie('expression'), fc.constantFrom(...binaries), tie('expression'))
      .map(([a, operator, b]) => `(${a} ${operator} ${b})`),
    fc.tuple(fc.constantFrom(...unaries, ...furtherUnaries), tie('expression')).map(([name, x]) => `${name}(${x})`),
    fc
      .tuple(
        fc.constantFrom(
          ...calls,
          ...furtherCalls,
          ...listCalls,
          ...macroCalls,
          ...itemCalls,
          ...specialCalls,
          ...furtherSpecials,
          ...partCalls,
          ...timeCalls,
          ...orderCalls,
        ),
        fc.array(tie('expression'), { minLength: 3, maxLength: 3 }),
      )
      .map(([form, parts]) => {
        let at = 0
        return form.replace(/(?<![\w])_(?![\w])/g, () => parts[at++] ?? 'null')
      }),
  ),
})).expression

describe('an expression that passes the check', () => {
  it('gives a value of its type, or raises an error class, whatever the rows hold', () => {
    let accepted = 0
    fc.assert(
      fc.property(
        expressions,
        fc.array(fc.tuple(rowOf(false), rowOf(true)), { minLength: 4, maxLength: 4 }),
        (text, rows) => {
          const result = compileExpression(source(text), scope())
          if (result.kind === 'refused') {
            expect(result.problems.length).toBeGreaterThan(0)
            return
          }
          accepted += 1
          const { type, nullable, failure, evaluate } = result.typed
          for (const [at, [whole, sparseRow]] of rows.entries()) {
            const items = at === 0 ? [] : rows.map(([, item]) => item)
            const frame = frameOf([whole, sparseRow, at % 2 === 0 ? null : whole, items])
            try {
              expect(conforms(evaluate(frame), type, nullable)).toBe(true)
            } catch (error) {
              if (!(error instanceof ValueError)) throw error
              expect(failure).not.toBe('never')
            }
          }
        },
      ),
      { numRuns: 3000 },
    )
    expect(accepted).toBeGreaterThan(100)
  })
})
