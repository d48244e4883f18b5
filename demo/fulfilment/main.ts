/** The new fulfilment service: follows the legacy shop's tables, keeps orders of its own, and tells what happens to them. */
import type pg from 'pg'
import { readContracts } from './contracts.ts'
import { followLegacy } from './follow-legacy.ts'
import { type Options, readOptions, usage } from './options.ts'
import { publishOutbox } from './publish-outbox.ts'
import { openNativePublisher } from '../../src/native/index.ts'
import { connectTo, prepareDatabase } from './store/database.ts'
import { readProgress } from './store/order-store.ts'
import { outboxOf } from './store/outbox.ts'

/** Another publisher has its transactional id: whoever starts it again must know that it may. */
const exitFenced = 3
const pollMs = 50

/** What it takes over, all under one transactional id. */
const handedOver = ['order-lifecycle', 'order-placed']

interface Totals {
  readonly transactions: number
  readonly events: number
}

async function main(options: Options): Promise<Totals> {
  await prepareDatabase(options.database)
  const [writer, reader] = [await connectTo(options.database), await connectTo(options.database)]
  try {
    return await work(options, { writer, reader })
  } finally {
    await Promise.all([writer.end(), reader.end()])
  }
}

async function work(
  { brokers, registry, raw, transactionalId, stateBeforeDispatch }: Options,
  { writer, reader }: { readonly writer: pg.Client; readonly reader: pg.Client },
): Promise<Totals> {
  const stop = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort())
  const publisher = await openNativePublisher({
    brokers: brokers.split(','),
    transactionalId,
    mappings: handedOver,
    registryUrl: registry,
    contracts: readContracts(),
    source: 'urn:acme:fulfilment',
  })
  try {
    const progress = await readProgress(writer)
    say(`follows ${raw} from offset ${progress.next}, publishes behind ${publisher.position ?? 'nothing'}`)
    const followed = new AbortController()
    const following = followLegacy(writer, { brokers, topic: raw, progress, stateBeforeDispatch, stop: stop.signal })
    const [transactions, events] = await together(stop, [
      following.finally(() => followed.abort()),
      // What was followed is told before the service ends.
      publishOutbox({ outbox: outboxOf(reader), publisher }, { pollMs, stop: followed.signal }),
    ])
    return { transactions, events }
  } finally {
    await publisher.close()
  }
}

/** When one ends by an error, the other is stopped before that is raised. */
async function together<A, B>(stop: AbortController, work: readonly [Promise<A>, Promise<B>]): Promise<[A, B]> {
  for (const one of work) one.catch(() => stop.abort())
  await Promise.allSettled(work)
  return await Promise.all(work)
}

function say(line: string): void {
  process.stderr.write(`fulfilment: ${line}\n`)
}

const isFenced = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'NATIVE_FENCED'

if (process.argv.includes('--help')) process.stdout.write(`${usage}\n`)
else {
  try {
    process.stdout.write(`${JSON.stringify(await main(readOptions(process.argv.slice(2))))}\n`)
  } catch (error) {
    say(error instanceof Error ? error.message : String(error))
    process.exitCode = isFenced(error) ? exitFenced : 1
  }
}
