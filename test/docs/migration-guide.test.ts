/** The course of docs/migration.md: its commands one after the other, beside a daemon at work and a guarded legacy shop. */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import type { Daemon } from '../../src/app/translate/daemon.ts'
import { start } from '../app/translate/running-daemon.ts'
import { scoped } from '../app/translate/said-stages.ts'
import { FencedShop } from '../cli/migrate/fenced-shop.ts'
import { repository } from '../cli/in-process.ts'
import { broughtBack, compared, deadLettersAre, publishing, supervised } from './migrated-shop.ts'
import { masked, pageBlocks, pageSteps, partsOf } from './page-steps.ts'

const page = readFileSync(join(repository, 'docs', 'migration.md'), 'utf8')

/** What has happened in the world before the reader types a command, as the page tells it. */
const before: Readonly<Record<string, (shop: FencedShop, daemon: Daemon) => Promise<void>>> = {
  'falsework migrate parity order-changed --check': async (shop) => {
    const causes = [{ path: 'discount', what: 'null in native' }]
    await compared(shop, { outcome: 'field-mismatch', causes })
  },
  'falsework migrate parity order-changed --check --html parity.html': async (shop) => {
    await compared(shop)
  },
  'falsework migrate promote order-changed --to native --scope 3': async (shop) => {
    await compared(shop)
  },
  'falsework migrate promote order-changed --to native': async (shop) => {
    await compared(shop)
  },
  'falsework dead-letters list': async (shop) => {
    await shop.write(10)
    await deadLettersAre(shop, 'some')
  },
  'falsework migrate rollback order-changed --scope 3 --reason "refunds are wrong"': async (shop) => {
    await deadLettersAre(shop, 'none')
  },
  'falsework migrate rollback order-changed --scope 3 --reason "refunds are wrong" --synced': async (shop, daemon) => {
    const [sql = ''] = pageBlocks(page, 'sql')
    await broughtBack(shop, daemon, {
      scope: '3',
      epoch: Number(/falsework_sync \(epoch, seq\) VALUES \((\d+), /.exec(sql)?.[1]),
    })
  },
}

/** That of the benchmark, its events by store, with the migration file of the page. */
function project(): string {
  const folder = mkdtempSync(join(tmpdir(), 'migration-guide-'))
  onTestFinished(() => {
    rmSync(folder, { recursive: true })
  })
  cpSync(join(repository, 'bench', 'project'), folder, { recursive: true })
  const mapping = join(folder, 'mappings', 'order-changed.yaml')
  writeFileSync(mapping, scoped(readFileSync(mapping, 'utf8')))
  mkdirSync(join(folder, 'migrations'))
  writeFileSync(join(folder, 'migrations', 'order-changed.yaml'), pageBlocks(page, 'yaml')[0] ?? '')
  return folder
}

/** Captured by a connector, translated by a daemon, and followed by a new service that is started again whenever it ends. */
async function shopAtWork(): Promise<{ readonly shop: FencedShop; readonly daemon: Daemon }> {
  const shop = new FencedShop()
  await shop.write(5)
  await shop.connect.apply('bench', { 'connector.class': 'a.Connector' })
  await shop.connect.resume('bench')
  const { daemon } = start(shop.bench)
  const ending = new AbortController()
  const service = [supervised(shop, ending.signal), publishing(shop, ending.signal)]
  onTestFinished(async () => {
    ending.abort()
    await Promise.all(service)
  })
  return { shop, daemon }
}

it('docs/migration.md leads a mapping from shadow to native, back, over again, and to its end', async () => {
  const { shop, daemon } = await shopAtWork()
  const folder = project()
  const steps = pageSteps(page)
  for (const { command, parameters, code, sample } of steps) {
    await before[command]?.(shop, daemon)
    const ran = await shop.run(parameters, folder)
    expect.soft(ran, command).toMatchObject({ code })
    for (const part of partsOf(sample ?? '')) expect.soft(masked(ran.out + ran.err), command).toContain(part)
  }
  const typed = new Set(steps.map(({ command }) => command))
  expect(Object.keys(before).filter((command) => !typed.has(command))).toEqual([])
})
