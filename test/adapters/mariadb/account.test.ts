import { describe, expect, it } from 'vitest'
import { captureFacts } from '../../../src/adapters/mariadb/capture-facts.ts'
import type { AccountRow, PrivilegeRow } from '../../../src/adapters/mariadb/capture-queries.ts'

const dbz: AccountRow = { user: 'dbz', host: '%', role: null }
const [schema, table] = ['a_b', 't']

const accountOf = (account: AccountRow, ...privileges: readonly PrivilegeRow[]) =>
  captureFacts({
    settings: undefined,
    account,
    privileges,
    retention: [],
    tables: [{ schema, table, engine: 'InnoDB', comment: '' }],
    catalog: new Map(),
    unreadableColumns: [],
  }).account

const onTable = (...privileges: readonly PrivilegeRow[]) => [
  ...(accountOf(dbz, ...privileges)?.tables.get('a_b.t' as never) ?? []),
]

describe('what an account of MariaDB may do', () => {
  it('is nothing that was not granted', () => {
    expect(accountOf(dbz)).toMatchObject({ name: "'dbz'@'%'", missing: ['REPLICATION SLAVE', 'REPLICATION CLIENT'] })
    expect(onTable()).toEqual(['usage'])
  })

  it.each(['BINLOG MONITOR', 'REPLICATION CLIENT'])('is to say where the log stands by %s', (privilege) => {
    expect(accountOf(dbz, { privilege, schema: null, table: null })?.missing).toEqual(['REPLICATION SLAVE'])
  })

  it.each<[string | null, string | null, string]>([
    [null, null, 'usage select'],
    ['a\\_b', null, 'usage select'],
    ['a_b', null, 'usage select'],
    ['a%', null, 'usage select'],
    ['axb', null, 'usage'],
    ['a.b', null, 'usage'],
    ['a\\%', null, 'usage'],
    ['a_b', 't', 'usage select'],
    ['a_b', 'other', 'usage'],
    ['a%', 't', 'usage'],
  ])('is granted on %s, table %s: %s', (granted, table, rights) => {
    expect(onTable({ privilege: 'SELECT', schema: granted, table }).join(' ')).toBe(rights)
  })

  it('is not known where a role is set', () => {
    expect(accountOf({ ...dbz, role: 'reader' })).toBeNull()
  })
})
