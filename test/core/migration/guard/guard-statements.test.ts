/** The text of a guard. That both databases take it, and do what it says, is shown on them: test/integration. */
import { describe, expect, it } from 'vitest'
import { tableName } from '../../../../src/core/catalog/catalog.ts'
import { mariadbNames, postgresNames } from '../../../../src/core/catalog/sql-names.ts'
import type { FenceRow } from '../../../../src/core/migration/guard/fence.ts'
import type { GuardPlace } from '../../../../src/core/migration/guard/guard-place.ts'
import {
  guardStatements,
  moveStatements,
  openingStatements,
  removalStatements,
} from '../../../../src/core/migration/guard/sql/guard-statements.ts'
import type { GuardedTable } from '../../../../src/core/migration/guard/guarded-tables.ts'
import { ownedName } from '../../../../src/core/migration/guard/owned-name.ts'
import { shopTables, shopTablesIn } from './shop-tables.ts'

const postgres: GuardPlace = { kind: 'postgres', schema: 'public' }
const mariadb: GuardPlace = { kind: 'mariadb', schema: 'crm' }
const row: FenceRow = { mapping: 'orders', scope: null, owner: 'legacy', epoch: 1 }

const written = (place: GuardPlace, tables: readonly GuardedTable[], mapping = 'orders'): readonly string[] =>
  guardStatements({ mapping, tables }, place, [{ ...row, mapping }]).map(({ sql }) => sql)
const theOne = (statements: readonly string[], ...parts: readonly string[]): string => {
  const found = statements.filter((sql) => parts.every((part) => sql.includes(part)))
  if (found.length !== 1) throw new Error(`${found.length} statements have ${parts.join(', ')}`)
  return found[0] ?? ''
}

describe('the guard of PostgreSQL', () => {
  const statements = written(postgres, shopTables)

  it('is two tables, the rows of the fence, and for each table a function and two triggers', () => {
    expect(statements.map((sql) => /^(?:CREATE OR REPLACE|\w+) \w+/.exec(sql)?.[0])).toEqual([
      ...['CREATE TABLE', 'CREATE TABLE', 'INSERT INTO'],
      ...shopTables.flatMap(() => [
        'CREATE OR REPLACE FUNCTION',
        ...['CREATE OR REPLACE TRIGGER', 'ALTER TABLE', 'CREATE OR REPLACE TRIGGER', 'ALTER TABLE'],
      ]),
    ])
    expect(statements[2]).toBe(
      `INSERT INTO "public"."falsework_fence" (mapping, scope, owner, epoch) VALUES ('orders', '', 'legacy', 1) ON CONFLICT (mapping, scope) DO NOTHING`,
    )
  })

  it('takes the fence of the scope that stands in the row, or else that of all', () => {
    const own = ownedName('orders', 'public.orders')
    expect(theOne(statements, `REPLACE FUNCTION "public"."${own}"`)).toContain(`
  SELECT f.scope, f.owner, f.epoch INTO fence
    FROM (SELECT NEW."store_no"::text COLLATE "C" AS scope) s
    JOIN "public"."falsework_fence" f ON f.mapping = 'orders' AND f.scope IN (s.scope, '')
   WHERE s.scope IS NOT NULL
   ORDER BY f.scope = '' LIMIT 1 FOR SHARE OF f;`)
  })

  it('reads the scope of a line from its order in the same statement', () => {
    const own = ownedName('orders', 'public.order_lines')
    expect(theOne(statements, `REPLACE FUNCTION "public"."${own}"`)).toContain(
      `FROM (SELECT p1."store_no"::text COLLATE "C" AS scope FROM "public"."orders" p1 WHERE p1."id" = OLD."order_id") s`,
    )
  })

  it('follows a way of several steps', () => {
    const deep: GuardedTable = {
      name: tableName('public', 'parcels'),
      scope: {
        steps: [
          { column: 'shipment_id', parent: tableName('public', 'shipments'), parentKey: 'no' },
          { column: 'order_id', parent: tableName('public', 'orders'), parentKey: 'id' },
        ],
        column: 'store',
        spelling: 'folded',
      },
    }
    expect(written(postgres, [deep]).join()).toContain(
      `lower(p2."store"::text) COLLATE "C" AS scope FROM "public"."shipments" p1 JOIN "public"."orders" p2 ON p2."id" = p1."order_id" WHERE p1."no" = NEW."shipment_id"`,
    )
    expect(written(mariadb, [deep]).join()).toContain(
      'LOWER(RTRIM(CAST(p2.`store` AS char CHARACTER SET utf8mb4))) FROM `public`.`shipments` p1 JOIN `public`.`orders` p2 ON p2.`id` = p1.`order_id` WHERE p1.`no` = NEW.`shipment_id`',
    )
  })

  it('exempts the reverse sync as who writes, in front of the function', () => {
    expect(theOne(statements, 'TRUNCATE ON "public"."orders"')).toBe(
      `CREATE OR REPLACE TRIGGER "${ownedName('orders', 'truncate')}" BEFORE TRUNCATE ON "public"."orders" FOR EACH STATEMENT WHEN (current_user <> 'falsework_sync' AND session_user <> 'falsework_sync') EXECUTE FUNCTION "public"."${ownedName('orders', 'public.orders')}"()`,
    )
  })

  it('fences behind writers in the queue of the table, and opens without waiting for them', () => {
    const move = { mapping: 'orders', scope: '3', epoch: 4 }
    expect(moveStatements(postgres, [{ ...move, to: 'native' }])).toEqual([
      'LOCK TABLE "public"."falsework_fence" IN EXCLUSIVE MODE',
      `UPDATE "public"."falsework_fence" SET owner = 'native', epoch = 4 WHERE mapping = 'orders' AND scope = '3' AND owner = 'legacy' AND epoch = 3`,
    ])
    expect(moveStatements(postgres, [{ ...move, to: 'legacy' }])).toEqual([
      `UPDATE "public"."falsework_fence" SET owner = 'legacy', epoch = 4 WHERE mapping = 'orders' AND scope = '3' AND owner = 'native' AND epoch < 4`,
    ])
  })

  it('takes away by name what it has put there', () => {
    const removal = removalStatements({ mapping: 'orders', tables: shopTables }, postgres).map(({ sql }) => sql)
    const named = (texts: readonly string[], word: string): ReadonlySet<string> =>
      new Set(
        texts.flatMap((text) =>
          [...text.matchAll(new RegExp(`${word} (?:IF EXISTS )?("[^( ]+)`, 'g'))].map(([, name = '']) => name),
        ),
      )
    for (const word of ['FUNCTION', 'TRIGGER']) expect(named(removal, word)).toEqual(named(statements, word))
  })
})

describe('the guard of MariaDB', () => {
  const statements = written(mariadb, shopTablesIn('wms'))

  it('has a trigger for each change of each table, in the database of the table', () => {
    expect(statements.slice(3).map((sql) => /BEFORE (\w+) ON (\S+)/.exec(sql)?.slice(1).join(' '))).toEqual(
      ['orders', 'order_lines', 'order_notes'].flatMap((table) =>
        ['INSERT', 'UPDATE', 'DELETE'].map((event) => `${event} \`wms\`.\`${table}\``),
      ),
    )
    expect(
      statements.slice(3).every((sql) => sql.startsWith('CREATE OR REPLACE TRIGGER `wms`.`falsework_guard_')),
    ).toBe(true)
  })

  it('takes the fence of the order of a line, and refuses with a message', () => {
    expect(theOne(statements, 'BEFORE DELETE ON `wms`.`order_lines`').split('\n').slice(1)).toEqual(
      `BEGIN
  DECLARE falsework_scope, falsework_found varchar(200) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
  DECLARE falsework_owner varchar(10) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
  DECLARE falsework_epoch bigint;
  DECLARE falsework_message varchar(500) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
  DECLARE CONTINUE HANDLER FOR NOT FOUND BEGIN END;
  IF SUBSTRING_INDEX(USER(), '@', 1) <> 'falsework_sync' THEN
    SET falsework_scope = (SELECT CAST(p1.\`store_no\` AS char CHARACTER SET utf8mb4) FROM \`wms\`.\`orders\` p1 WHERE p1.\`id\` = OLD.\`order_id\`);
    IF falsework_scope IS NOT NULL THEN
      SET falsework_found = NULL, falsework_owner = NULL, falsework_epoch = NULL;
      SELECT f.scope, f.owner, f.epoch INTO falsework_found, falsework_owner, falsework_epoch
        FROM \`crm\`.\`falsework_fence\` f WHERE f.mapping = 'orders' AND f.scope IN (falsework_scope, '')
       ORDER BY f.scope = '' LIMIT 1 LOCK IN SHARE MODE;
      IF falsework_owner IS NULL OR falsework_owner <> 'legacy' THEN
        SET falsework_message = IF(falsework_owner IS NULL, 'falsework: refused, because scope all of mapping orders; its row of falsework_fence is gone (falsework migrate guard --apply)',
          CONCAT('falsework: refused, because scope ', IF(falsework_found = '', 'all', falsework_found), ' of mapping orders is owned by ', falsework_owner, ', epoch ', falsework_epoch, '; write through the new service (falsework migrate status)'));
        SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = falsework_message;
      END IF;
    END IF;
  END IF;
END`.split('\n'),
    )
  })

  it('asks of an update the row as it was and as it will be', () => {
    const update = theOne(statements, 'BEFORE UPDATE ON `wms`.`orders`')
    expect(['OLD', 'NEW'].map((which) => update.split(`CAST(${which}.\`store_no\``).length)).toEqual([2, 2])
  })

  it('gives a scope its row while nobody shares that of all', () => {
    expect(openingStatements(mariadb, { mapping: 'orders', scope: '3' }).join()).toMatch(
      /^INSERT IGNORE INTO `crm`.`falsework_fence` .*\nSELECT mapping, '3', owner, epoch .* FOR UPDATE$/,
    )
  })
})

describe('names and texts in statements', () => {
  it.each([
    { names: postgresNames, quoted: '"a""b`"', literal: `E'it''s\\\\'` },
    { names: mariadbNames, quoted: '`a"b```', literal: "_utf8mb4 X'697427735c'" },
  ])('end nowhere but at their end', ({ names, quoted, literal }) => {
    expect(names.quoted('a"b`')).toBe(quoted)
    expect(names.literal("it's\\")).toBe(literal)
  })

  it('cannot end the body of a function', () => {
    const scope = { steps: [], column: 'x$falsework$y', spelling: 'asItIs' } as const
    const body = theOne(written(postgres, [{ name: tableName('public', 't'), scope }]), 'REPLACE FUNCTION')
    expect(body).toMatch(/AS \$falsework_1\$\n[\s\S]*\n\$falsework_1\$$/)
  })

  it('that falsework gives are short, and differ where mapping or table do', () => {
    const long = 'm'.repeat(200)
    const names = [ownedName(long, 'a'), ownedName(long, 'b'), ownedName(`${long.slice(1)}n`, 'a')]
    expect(new Set(names).size).toBe(3)
    expect(names.every((name) => name.length <= 63)).toBe(true)
  })
})
