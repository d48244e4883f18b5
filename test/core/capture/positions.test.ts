import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { mariadbDialect, mysqlDialect } from '../../../src/core/capture/positions/gtid.ts'
import { postgresDialect } from '../../../src/core/capture/positions/postgres.ts'
import { historyOf } from '../../../src/core/capture/positions/source-position.ts'
import type { SourceDialect } from '../../../src/core/capture/source-dialect.ts'

const server = '3e11fa47-71ca-11e1-9e33-c80aa9429562'

describe('the position of a record', () => {
  const ids: readonly (readonly [string, SourceDialect, (number: bigint) => string])[] = [
    ['PostgreSQL', postgresDialect, (lsn) => `7:${lsn}`],
    ['MariaDB', mariadbDialect, (number) => `0-1-${number}`],
    ['MySQL', mysqlDialect, (number) => `${server}:${number}`],
  ]
  it.each(ids)('of %s is a text whose order is that of the numbers', (_, dialect, id) => {
    const number = fc.bigInt(0n, 2n ** 64n - 1n)
    fc.assert(
      fc.property(number, number, (one, other) => {
        const [a, b] = [dialect.positionOf(id(one)) ?? '', dialect.positionOf(id(other)) ?? '']
        return a < b === one < other && a !== '' && b !== ''
      }),
    )
  })

  it.each(ids)('of %s is none beyond 64 bits', (_, dialect, id) => {
    expect(dialect.positionOf(id(2n ** 64n))).toBeNull()
  })

  it.each([
    ['file=binlog.000001,pos=4', 'no GTID'],
    ['0-1', 'a part of one'],
    ['0-1-5-2', 'more than one'],
    ['', 'nothing'],
  ])('is none in %j: %s', (id) => {
    for (const { transactionOf, positionOf } of [mariadbDialect, mysqlDialect]) {
      expect([transactionOf(id), positionOf(id)]).toStrictEqual([null, null])
    }
  })

  it('names the history that it stands in: of MariaDB the domain, of MySQL the server', () => {
    const history = (dialect: SourceDialect, id: string): string | null => {
      const position = dialect.positionOf(id)
      return position === null ? null : historyOf(position)
    }
    // The number goes on when another server of the domain takes over.
    expect(history(mariadbDialect, '0-1-5')).toBe(history(mariadbDialect, '0-2-6'))
    expect(history(mariadbDialect, '0-1-5')).not.toBe(history(mariadbDialect, '1-1-6'))
    expect(history(mysqlDialect, `${server}:5`)).not.toBe(history(mysqlDialect, `${server.replace('3', '4')}:6`))
    expect(history(postgresDialect, '7:5')).toBe('')
  })
})
