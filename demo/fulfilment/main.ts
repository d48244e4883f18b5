/** The new fulfilment service: follows the legacy shop's tables, keeps orders of its own, and tells what happens to them. */
import type pg from 'pg'
import { readContracts } from './contracts.ts'
import { followLegacy } from './follow-legacy.ts'
import { handBack } from './own/hand-back.ts'
import { handedOver } from './own/owned-stores.ts'
import { workForStores } from './own/work-for-stores.ts'
import { type Options, readOptions, usage } from './options.ts'
import { publishOutbox } from './publish-outbox.ts'
import { openNativePublisher, openOwnershipReader } from '../../src/native/index.ts'
import { connectTo, prepareDatabase } from './store/database.ts'
import { readProgress } from './store/order-store.ts'
import { outboxOf } from './store/outbox.ts'

/** Another publisher has its transactional id: whoever starts it again must know that it may. */
const exitFenced = 3
const pollMs = 50

interface Totals {
  readonly transactions: number
  readonly events: number
  /** Of its own. */
  readonly ownTransactions: number
}

async function main(options: Options): Promise<Totals> {
  await prepareDatabase(options.database)
  const connect = async (): Promise<pg.Client> => await connectTo(options.database)
  const sessions = { writer: await connect(), reader: await connect(), worker: await connect() }
  try {
    return await work(options, sessions)
  } finally {
    await Promise.all(Object.values(sessions).map(async (session) => await session.end()))
  }
}

/** Sessions with its database: a transaction of one is none of another. */
interface Sessions {
  readonly writer: pg.Client
  readonly reader: pg.Client
  readonly worker: pg.Client
}

async function work(
  { brokers, registry, raw, transactionalId, stateBeforeDispatch, ownWork }: Options,
  { writer, reader, worker }: Sessions,
): Promise<Totals> {
  const stop = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort())
  const publisher = await openNativePublisher({
    brokers: brokers.split(','),
    transactionalId,
    mappings: [...handedOver],
    registryUrl: registry,
    contracts: readContracts(),
    source: 'urn:acme:fulfilment',
  })
  // Each asks for itself: a reader is not asked twice at once.
  const ownership = () => openOwnershipReader({ brokers: brokers.split(','), clientId: transactionalId })
  const [ofPublisher, ofWorker] = [ownership(), ownership()]
  try {
    const handBackAt = async (published: bigint) => await handBack(reader, { published, ownership: ofPublisher })
    // Before anything is followed: what the shop has done since in a store that was lost meanwhile comes behind it.
    await handBackAt(BigInt(publisher.position ?? 0))
    const progress = await readProgress(writer)
    say(`follows ${raw} from offset ${progress.next}, publishes behind ${publisher.position ?? 'nothing'}`)
    const written = new AbortController()
    const following = followLegacy(writer, { brokers, topic: raw, progress, stateBeforeDispatch, stop: stop.signal })
    const working = workForStores(worker, { ownWork, ownership: ofWorker, stop: stop.signal })
    const writing = together(stop, [following, working])
    const [[transactions, ownTransactions], events] = await together(stop, [
      writing.finally(() => written.abort()),
      // What was written is told before the service ends.
      publishOutbox({ outbox: outboxOf(reader), publisher, handBack: handBackAt }, { pollMs, stop: written.signal }),
    ])
    return { transactions, events, ownTransactions }
  } finally {
    await Promise.all([publisher.close(), ofPublisher.close(), ofWorker.close()])
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
    // A client of Kafka that is still trying must not keep whoever starts it again from noticing.
    process.exit(isFenced(error) ? exitFenced : 1)
  }
}
