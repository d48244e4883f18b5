/** The code of the pages about native services, as they have it. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, it } from 'vitest'
import type { NativeBatch, NativePublisher, NativePublisherOptions } from '../../src/native/index.ts'
import { repository } from '../cli/in-process.ts'
import { orderPlaced } from '../contract/native-bench.ts'
import { nativeInstallation, placed } from '../native/installation.ts'

interface PageModule {
  /** Gives what the page would open a publisher with. */
  open(contract: string): Promise<NativePublisherOptions>
  relay(publisher: NativePublisher, outbox: { after(position: string | null): Promise<NativeBatch> }): Promise<void>
}

async function pageModule(): Promise<PageModule> {
  const page = readFileSync(join(repository, 'docs', 'native-services.md'), 'utf8')
  const [, code = ''] = /^```ts\n(.*?)^```$/ms.exec(page) ?? []
  const folder = mkdtempSync(join(tmpdir(), 'native-services-'))
  const helper = join(folder, 'helper.mjs')
  writeFileSync(helper, 'export const openNativePublisher = async (options) => options\n')
  const file = join(folder, 'page.ts')
  writeFileSync(file, code.replace("'falsework/native'", `'${pathToFileURL(helper).href}'`))
  const loaded = (await import(file)) as PageModule
  rmSync(folder, { recursive: true })
  return loaded
}

it('docs/native-services.md publishes an outbox, and goes on where a service before it has ended', async () => {
  const page = await pageModule()
  const installation = await nativeInstallation()
  installation.handOver()
  const history = ['one', 'two', 'three', 'four'].map((id) => ({ ...placed, id }))
  const outbox = (length: number) => ({
    after: async (position: string | null): Promise<NativeBatch> => {
      const next = Number(position ?? 0)
      const events = history.slice(next, Math.min(next + 2, length))
      return await Promise.resolve({ events, position: String(next + events.length) })
    },
  })
  for (const length of [3, 4]) {
    const publisher = await installation.open(await page.open(orderPlaced.text))
    await page.relay(publisher, outbox(length))
    await publisher.close()
  }
  const published = installation.kafka.cluster
    .topic('orders.v1')
    .partitions.flatMap((log) => log.read(0, 100_000).records)
  const ids = published.map(({ record }) => new Map(record.headers).get('ce_id')?.toString())
  expect(ids).toEqual(history.map(({ id }) => id))
})

it('docs/native-services-other-languages.md shows the publisher of the example in Java as it is', () => {
  const page = readFileSync(join(repository, 'docs', 'native-services-other-languages.md'), 'utf8')
  const [, code] = /^```java\n(.*?)^```$/ms.exec(page) ?? []
  const sources = join(repository, 'examples', 'native-service-java', 'src', 'main', 'java', 'falsework', 'example')
  expect(code).toBe(readFileSync(join(sources, 'NativePublisher.java'), 'utf8'))
})
