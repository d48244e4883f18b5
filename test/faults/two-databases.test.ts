import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { crmTopics } from '../../demo/topics.ts'
import { runVerify } from '../../demo/verify/run-verify.ts'
import { openMariadbInspector } from '../../src/adapters/mariadb/mariadb-inspector.ts'
import { mergePulled, parseCatalog, serializeCatalog } from '../../src/core/catalog/catalog-file.ts'
import { captureBoth, type CapturedBoth } from './captured-crm.ts'
import { type DaemonProcess, pause, root } from './daemon-process.ts'
import { Translation } from './translation.ts'

const stack = inject('stack')
/** What is promised with the lease session of a production installation. */
const takeoverMsMax = 15_000

// Without a server `npm test` says so by name.
describe.skipIf(stack.mariadb === null)('PostgreSQL and MariaDB under one installation', () => {
  const server = stack.mariadb ?? { host: '', port: 0, user: '', password: '' }
  let both: CapturedBoth
  let shop: Translation
  let crm: Translation
  const daemons: DaemonProcess[] = []

  beforeAll(async () => {
    both = await captureBoth('two', server)
    shop = new Translation(both.shop, 'both')
    crm = new Translation(both.crm, 'both')
    await shop.register()
    await both.work(60)
  })

  afterAll(async () => {
    await Promise.all(daemons.map(async (daemon) => await daemon.kill('SIGKILL')))
    await both.close()
  })

  /** On a machine of its own: rows are of one process at a time. */
  function start(machine: string): DaemonProcess {
    const daemon = shop.startDaemon({ FALSEWORK_ROWS_DIRECTORY: resolve(`.falsework/test/rows-of-${machine}`) })
    daemons.push(daemon)
    return daemon
  }

  const bothDrained = async (): Promise<void> => {
    await Promise.all([shop.drained(), crm.drained()])
  }

  it('the committed catalog of MariaDB is the one that a pull writes', async () => {
    const text = readFileSync(join(root, 'catalog', 'crm.json'), 'utf8')
    const committed = parseCatalog({ text, file: 'catalog/crm.json' })
    const inspector = await openMariadbInspector(server)
    const pulled = await inspector.tables({ source: 'crm', schemas: ['crm', 'wms'] })
    await inspector.close()
    if (committed.kind === 'refused') throw new Error(JSON.stringify(committed.problems))
    expect(serializeCatalog(mergePulled(pulled, committed.catalog))).toBe(text)
  })

  it('one daemon works on both, and another one that stands by takes over both of one that is killed', async () => {
    const first = start('first')
    await first.opened
    await bothDrained()
    const standby = start('second')
    await standby.started
    await both.work(40)
    await first.kill('SIGKILL')
    const killedAt = performance.now()
    while (standby.sessions.opened < 2) await pause(20)
    expect(performance.now() - killedAt).toBeLessThan(takeoverMsMax)
    await bothDrained()
    expect(standby.sessions.codes).toEqual([])
  }, 180_000)

  it('the independent check finds every fact of MariaDB once and in order', async () => {
    const { brokers, registryUrl, classPath } = stack
    const verdict = await runVerify({
      brokers,
      registryUrl,
      classPath,
      audit: { kind: 'mariadb', ...server },
      topics: Object.fromEntries(crmTopics.map((topic) => [topic, `${crm.prefix}${topic}`])),
    })
    expect(verdict).toMatchObject({ exitCode: 0, lines: [] })
    expect(verdict.counts?.events).toBeGreaterThan(100)
  })

  it('a source that halts leaves the other one at work', async () => {
    const [, standby] = daemons
    await both.execute(
      "XA START 'once'",
      "INSERT INTO wms.product (prod_no, sku, name) VALUES (900, 'XA', 'prepared')",
      "XA END 'once'",
      "XA PREPARE 'once'",
      "XA COMMIT 'once'",
      "UPDATE wms.product SET name = 'behind it' WHERE prod_no = 900",
    )
    while (!(standby?.sessions.codes ?? []).includes('XA_SUSPECTED')) await pause(100)
    const halted = await crm.position()
    const before = await shop.position()
    await both.work(20)
    await shop.drained()
    expect(await shop.position()).toBeGreaterThan(before)
    expect(await crm.position()).toBe(halted)
  }, 180_000)
})
