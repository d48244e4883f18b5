/** What `falsework test --from-capture` makes of records of a raw log. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { MemorySchemaRegistry } from '../../../src/adapters/schema-registry/memory-schema-registry.ts'
import { FalseworkError } from '../../../src/core/diagnostics/falsework-error.ts'
import { Converter } from '../../core/capture/avro/avro-of.ts'
import { falsework, type Ran } from '../in-process.ts'
import { type CapturedRow, capturedFile, capturedRecords, fileOf } from './captured-shop.ts'
import { type CopiedShop, copiedShop } from './copied-shop.ts'

const customer = (id: number, rest: object = {}): CapturedRow => ({
  table: 'customers',
  after: {
    id,
    store_no: 3,
    name: 'Zoë Çelik',
    email: 'Zoe@Example.org',
    phone: '+49 30 12345',
    country: 'de',
    birth_dt: 19_790_215,
    reg_dt: 20_260_131,
    del_flg: 'N',
    touched_at: 1_769_853_600_000_000,
    ...rest,
  },
})
const change = (row: CapturedRow): CapturedRow => ({ ...row, op: 'u' })

interface Captured extends Ran {
  readonly shop: CopiedShop
  readonly written: (name: string) => string
}

async function captured(
  mapping: string,
  transactions: readonly (readonly CapturedRow[])[],
  prepare: (shop: CopiedShop) => void = () => undefined,
): Promise<Captured> {
  const shop = copiedShop()
  prepare(shop)
  writeFileSync(join(shop.root, 'shop.jsonl'), capturedFile(transactions))
  const ran = await shop.run('test', mapping, '--from-capture', 'shop.jsonl')
  return { shop, ...ran, written: (name) => readFileSync(join(shop.root, 'mappings', name), 'utf8') }
}

const withoutFixtures =
  (mapping: string) =>
  (shop: CopiedShop): void =>
    shop.remove(`mappings/${mapping}.test.yaml`)

const product = (sku: string, rest: object = {}): CapturedRow => ({
  table: 'products',
  after: { sku, name: 'Lampe', price_cents: 1990, active: true, ...rest },
})

describe('falsework test --from-capture', () => {
  it('writes a case for each kind of transaction, which hold', async () => {
    const { shop, code, out, err, written } = await captured(
      'account',
      [
        [customer(7)],
        [customer(8, { name: 'Ann', email: null })],
        [change(customer(7, { phone: '030 1' }))],
        [change(customer(7, { del_flg: 'Y' }))],
      ],
      withoutFixtures('account'),
    )
    expect(out).toMatch(/^account +4 +0 +3 +mappings\/account\.test\.yaml$/m)
    expect(err).toBe('next: read what was written, then `falsework test`\n')
    expect(code).toBe(0)
    const text = written('account.test.yaml')
    expect(text.match(/ {2}- name: .*/g)).toEqual([
      '  - name: "insert of customers (captured at offset 100)"',
      '  - name: "update of customers (captured at offset 106)"',
      '  - name: "update of customers (captured at offset 109)"',
    ])
    expect(text).toMatch(/expect: \[\{event: CustomerDeactivated\.v1, key: "7", fields: \{/)
    expect((await shop.run('test', 'account')).out).toMatch(/^ PASS {2}account +3 cases/)
  })

  it('masks personal data in the form that it has: equal texts stay equal, and others differ', async () => {
    const { written } = await captured(
      'account',
      [[customer(7)], [change(customer(7, { email: 'Ann@Example.org', phone: null }))]],
      withoutFixtures('account'),
    )
    const text = written('account.test.yaml')
    expect(text).not.toMatch(/zoe|zoë|example|19790215|12345/i)
    expect(text.match(/email: "\S+"/g)).toEqual([
      'email: "Xxx@Xxxxxxx.xxx"',
      'email: "Xxx@Xxxxxxx.xxx"',
      'email: "Xxx@Xxxxxxx.xxa"',
    ])
    expect(text).toContain('birth_dt: 11111111')
  })

  it('gives the rows that look-ups found', async () => {
    const order = { order_id: 5, customer_id: 7, status: 0, touched_at: 1_769_853_600_000_000 }
    const line = { order_id: 5, line_no: 1, sku: 'L0-1  ', qty: 2, shipped_qty: 0, price_cents: 1990 }
    const { written, shop } = await captured(
      'web-order',
      [
        [customer(7)],
        [customer(8)],
        [{ table: 'products', after: { sku: 'L0-1  ', name: 'Lampe', price_cents: 1990, active: true } }],
        [{ table: 'web_orders', after: order }],
        [{ table: 'web_order_lines', after: line }],
        [{ table: 'web_orders', op: 'u', after: { ...order, status: 1 } }],
      ],
      withoutFixtures('web-order'),
    )
    const text = written('web-order.test.yaml')
    const placed = text.slice(text.indexOf('update of orders'))
    expect(placed).toMatch(/ {8}customers:\n {10}- \{id: 7, .*\}\n/)
    expect(placed).toMatch(/ {8}lines:\n {10}- \{order_id: 5, .*\}\n/)
    expect(placed).toMatch(/ {8}products:\n {10}- \{sku: "L0-1 {2}", .*\}\n/)
    expect(placed).not.toContain('id: 8')
    expect(placed).toContain('event: WebOrderPlaced.v1')
    expect((await shop.run('test', 'web-order')).out).toMatch(/^ PASS /)
  })

  it('leaves out kinds of transactions whose rows the capture does not tell, and says so', async () => {
    const { code, err, out } = await captured('account', [[change(customer(7))]], withoutFixtures('account'))
    expect(err).toBe(
      'warning: account: 1 kind of transactions or snapshot rows left out: the capture does not tell what their rows were, or what look-ups find\n',
    )
    expect(out).toMatch(/^account +1 +0 +0 +-$/m)
    expect(code).toBe(1)
  })

  it('leaves the fixtures alone that a person has written, and its own as well', async () => {
    const { shop, out } = await captured('account', [[customer(7)]])
    expect(out).toContain('mappings/account.captured.test.yaml')
    expect((await shop.run('test', 'account')).code).toBe(0)
    const again = await shop.run('test', 'account', '--from-capture', 'shop.jsonl')
    expect(again.err).toContain('error TARGET_EXISTS')
    expect(again.code).toBe(1)
  })

  it.each([
    ['no JSON', 'x\n', 'shop.jsonl:1: is no JSON object'],
    ['no offset', '{"key": null, "value": null}\n', 'shop.jsonl:1: has no offset'],
    [
      'bytes',
      '{"offset": 1, "key": null, "value": {"type": "Buffer"}}\n',
      'shop.jsonl:1: has a key or a value that is no text',
    ],
    [
      'records in no order',
      '{"offset": 2, "value": null}\n\n{"offset": 1, "value": null}\n',
      'shop.jsonl:3: offset 1 behind 2',
    ],
    ['nothing', '\n', 'shop.jsonl holds no record'],
  ])('refuses a file that holds %s, and writes nothing', async (_what, text, message) => {
    const shop = copiedShop()
    writeFileSync(join(shop.root, 'shop.jsonl'), text)
    const { code, err } = await shop.run('test', 'account', '--from-capture', 'shop.jsonl')
    expect(err).toContain(`error CAPTURE_FILE: ${message}`)
    expect([code, existsSync(join(shop.root, 'mappings', 'account.captured.test.yaml'))]).toEqual([1, false])
  })

  it('reads records as kcat prints them', async () => {
    const shop = copiedShop()
    const lines = capturedFile([[customer(7)]])
      .trimEnd()
      .split('\n')
    const printed = lines.map((line) => {
      const { offset, key, value } = JSON.parse(line) as { offset: number; key: string; value: string }
      return JSON.stringify({
        topic: 'raw.shop',
        partition: 0,
        offset,
        tstype: 'create',
        ts: 1,
        headers: ['a', 'b'],
        key,
        payload: value,
      })
    })
    writeFileSync(join(shop.root, 'shop.jsonl'), printed.join('\n'))
    expect((await shop.run('test', 'account', '--from-capture', 'shop.jsonl')).code).toBe(0)
  })
})

describe('falsework test --from-capture of a snapshot', () => {
  const withSnapshot = async (
    mapping: string,
    snapshot: readonly CapturedRow[],
    streamed: readonly CapturedRow[] = [],
  ) => {
    const shop = copiedShop()
    shop.remove(`mappings/${mapping}.test.yaml`)
    const transactions = streamed.length === 0 ? [] : [streamed]
    writeFileSync(join(shop.root, 'shop.jsonl'), capturedFile(transactions, snapshot))
    const ran = await shop.run('test', mapping, '--from-capture', 'shop.jsonl')
    const path = join(shop.root, 'mappings', `${mapping}.test.yaml`)
    return { shop, ...ran, text: existsSync(path) ? readFileSync(path, 'utf8') : null }
  }

  it('writes a case of a row for each kind that rules with snapshot make something of, which hold', async () => {
    const snapshot = [product('L0-2  '), product('L0-1  '), product('L0-3  ', { price_cents: 5 })]
    const { shop, out, text } = await withSnapshot('product', snapshot, [product('L0-4  ')])
    expect(out).toMatch(/^product +1 +3 +2 +mappings\/product\.test\.yaml$/m)
    expect(text?.match(/ {2}- name: .*/g)).toEqual([
      '  - name: "snapshot of products (row 1, captured up to offset 102)"',
      '  - name: "insert of products (captured at offset 103)"',
    ])
    expect(text).toContain('      snapshot:\n        products:\n          - {sku: "L0-1  ", ')
    expect(text).toContain('origin: IMPORT')
    expect((await shop.run('test', 'product', '--coverage')).out).toMatch(/^ PASS {2}product +2 cases +2 of 2 branches/)
  })

  it('writes none where no rule asks for rows of snapshots, and knows what they were', async () => {
    const { out, text } = await withSnapshot('account', [customer(7)], [change(customer(7, { del_flg: 'Y' }))])
    expect(out).toMatch(/^account +1 +0 +1 +mapp/m)
    expect(text).not.toContain('snapshot of')
  })
})

describe('falsework test --from-capture of an Avro log', () => {
  const base64 = (bytes: Buffer): string => bytes.toString('base64')

  async function fromAvro(
    text: (bytes: Buffer) => string,
    byId: (converter: Converter, id: number) => Promise<string | null> = async (converter, id) =>
      await Promise.resolve(converter.textOf(id)),
  ) {
    const shop = copiedShop()
    shop.remove('mappings/product.test.yaml')
    shop.edit('connectors/shop-postgres.json', (connector) =>
      JSON.stringify({
        ...(JSON.parse(connector) as object),
        'value.converter': 'io.confluent.connect.avro.AvroConverter',
      }),
    )
    const converter = new Converter()
    const records = capturedRecords([[product('L0-4  ')]], [product('L0-1  ')]).map(({ key, value }) => {
      const { key: keyBytes, value: valueBytes } = converter.recordOf({ key, value })
      return { key: keyBytes as Buffer, value: valueBytes as Buffer }
    })
    writeFileSync(join(shop.root, 'shop.jsonl'), fileOf(records, text))
    const schemaRegistry = new MemorySchemaRegistry()
    schemaRegistry.byId = async (id) => await byId(converter, id)
    const ran = await falsework(['test', 'product', '--from-capture', 'shop.jsonl'], {
      folder: shop.root,
      ports: () => ({ schemaRegistry }),
    })
    return { shop, ...ran }
  }

  it('reads keys and values in base64, with the schemas of the registry', async () => {
    const { shop, out, err } = await fromAvro(base64)
    expect(err).toBe('next: read what was written, then `falsework test`\n')
    expect(out).toMatch(/^product +1 +1 +2 +mappings/m)
    const text = readFileSync(join(shop.root, 'mappings', 'product.test.yaml'), 'utf8')
    expect(text).toContain(
      'snapshot:\n        products:\n          - {sku: "L0-1  ", name: Lampe, price_cents: 1990, active: true}',
    )
    expect(text).toContain('{event: ProductListed.v1, key: L0-4, fields: {sku: L0-4, name: Lampe, price: "19.90"')
  })

  it.each([
    ['texts', (bytes: Buffer) => bytes.toString()],
    ['base64 of something else', (bytes: Buffer) => base64(Buffer.concat([Buffer.of(1), bytes]))],
  ])('refuses %s, and says what it reads', async (_what, text) => {
    const { code, err } = await fromAvro(text)
    expect(err).toContain('error CAPTURE_FILE: shop.jsonl:1: has a key or a value that is no Avro record in base64')
    expect(err).toContain('rpk topic consume')
    expect(code).toBe(1)
  })

  it('says that the registry has to be asked, where it does not answer', async () => {
    const { code, err } = await fromAvro(base64, async () => {
      await Promise.resolve()
      throw new FalseworkError('REGISTRY_UNREACHABLE', 'no answer')
    })
    expect(err).toContain('error SCHEMAS_UNREACHABLE: schema 7')
    expect(code).not.toBe(0)
  })
})
