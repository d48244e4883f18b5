/** Audits of the shop's real database, while the old application writes to it and a daemon translates. */
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import type pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { AuditOutcome } from '../../src/core/audit/audit-outcome.ts'
import { captureShop, shopClient } from './captured-shop.ts'
import { DaemonProcess, falsework, type Place, root, runScript } from './daemon-process.ts'
import type { CapturedLog } from './translation.ts'

interface Audited {
  readonly code: number | null
  readonly outcome: AuditOutcome
}

async function audit({ folder, environment }: Place): Promise<Audited> {
  const parameters = [join(root, 'src', 'cli', 'process.ts'), 'audit', 'shop', '-o', 'jsonl']
  const child = spawn(process.execPath, parameters, {
    cwd: folder,
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let [out, err] = ['', '']
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text))
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve))
  if (out === '') throw new Error(`the audit ended with exit ${code ?? 'by a signal'}: ${err}`)
  return { code, outcome: JSON.parse(out) as AuditOutcome }
}

describe('an audit beside a daemon under load', () => {
  let shop: CapturedLog
  let daemon: DaemonProcess
  let client: pg.Client

  beforeAll(async () => {
    shop = await captureShop('audited', 50)
    await falsework(shop.place, 'register')
    daemon = new DaemonProcess(shop.place)
    await daemon.opened
    client = await shopClient(shop.place)
  })
  afterAll(async () => {
    await daemon.kill('SIGTERM')
    await client.end()
    await shop.close()
  })

  it('finds no difference, however often, while the application writes', async () => {
    const load = ['--seed', '8', '--transactions', '1500', '--rate', '60']
    const writing = runScript(shop.place, join(root, 'demo', 'old-application', 'main.ts'), ...load)
    for (let round = 0; round < 4; round += 1) {
      const { code, outcome } = await audit(shop.place)
      expect([outcome.differences, outcome.notCompared, code]).toEqual([[], [], 0])
      expect(outcome.tables.length).toBeGreaterThan(5)
      expect(outcome.tables.every(({ unknown }) => Object.keys(unknown).length === 0)).toBe(true)
    }
    await writing
  }, 300_000)

  it('finds what was changed in the database and never came to the raw log', async () => {
    await client.query(`
      ALTER PUBLICATION falsework_shop DROP TABLE public.products;
      UPDATE public.products SET name = 'another' WHERE sku = (SELECT min(sku) FROM public.products);
      ALTER PUBLICATION falsework_shop ADD TABLE public.products`)
    const { code, outcome } = await audit(shop.place)
    expect(outcome.differences).toMatchObject([{ table: 'public.products', kind: 'changed', columns: ['name'] }])
    expect(code).toBe(1)
  }, 120_000)

  it('finds nothing any more when a snapshot of the table has brought it', async () => {
    await falsework(shop.place, 'connector', 'snapshot', 'shop', 'public.products')
    const { code, outcome } = await audit(shop.place)
    expect([outcome.differences, code]).toEqual([[], 0])
  }, 120_000)
})
