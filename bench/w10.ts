/** `w10`: changes arrive at a fixed rate, whatever becomes of them; from append to visible event, p50 and p99. */
import type { KafkaPorts } from '../src/adapters/kafka/connect-kafka.ts'
import { rawLogTopic } from '../src/app/translate/own-topics.ts'
import { topicNames } from '../src/core/delivery/topic-names.ts'
import type { StackAddresses } from '../stack/stack.ts'
import { RawLogLoader } from './bench-kafka.ts'
import { falsework, handWritten, partitions, type Peer, type Run } from './peers.ts'
import { rowsPerTransaction, transactionRecords } from './workload.ts'

export interface W10Options {
  readonly rate: number
  readonly seconds: number
  readonly say: (line: string) => void
}

export interface W10Result {
  readonly rate: number
  readonly peers: readonly { readonly name: string; readonly p50Ms: number; readonly p99Ms: number }[]
}

/** The first seconds warm the process up and are not counted. */
const warmUpShare = 0.3

export async function w10(addresses: StackAddresses, kafka: KafkaPorts, options: W10Options): Promise<W10Result> {
  const results: { name: string; p50Ms: number; p99Ms: number }[] = []
  for (const peer of [falsework, handWritten]) {
    options.say(`${peer.name}: ${options.rate} changes a second for ${options.seconds} s`)
    const latenciesMs = await latencies({ addresses, kafka, peer, options })
    const sorted = latenciesMs.toSorted((a, b) => a - b)
    const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
    results.push({ name: peer.name, p50Ms: at(0.5), p99Ms: at(0.99) })
  }
  return { rate: options.rate, peers: results }
}

interface Load {
  readonly addresses: StackAddresses
  readonly kafka: KafkaPorts
  readonly peer: Peer
  readonly options: W10Options
}

/** From the moment at which a change was due, so that a stall counts for everything that waited behind it. */
async function latencies({ addresses, kafka, peer, options }: Load): Promise<number[]> {
  const prefix = `w10.${peer.name.split(' ')[0] ?? ''}.`
  const rawLog = topicNames(prefix).rawLog('bench')
  const run: Run = { addresses, rawLog, prefix }
  const topic = peer.outputTopic(run)
  await kafka.topicAdmin.ensure([rawLogTopic(topicNames(prefix), 'bench'), { topic, partitions, config: {} }])
  peer.prepare(run)
  const process = peer.start(run)
  const stop = new AbortController()
  const dueMs: number[] = []
  const found: number[] = []
  const seen = new Map<string, number>()
  const total = options.rate * options.seconds
  const reading = (async () => {
    for await (const { key } of kafka.topicReader.read(topic, {
      from: 'beginning',
      follow: true,
      signal: stop.signal,
    })) {
      // The nth event of a key is that of its nth change: the workload goes round the keys.
      const id = key?.toString() ?? ''
      const occurrence = seen.get(id) ?? 0
      seen.set(id, occurrence + 1)
      const change = occurrence * 5_000 + Number(id) - 1
      found.push(change)
      const due = dueMs[change]
      if (due !== undefined) dueMs[change] = performance.now() - due
      if (found.length >= total) return
    }
  })()
  await offer(addresses.brokers, rawLog, { options, dueMs })
  await reading
  stop.abort()
  await process.stop()
  return dueMs.slice(Math.floor(total * warmUpShare))
}

async function offer(
  brokers: string,
  topic: string,
  { options, dueMs }: { readonly options: W10Options; readonly dueMs: number[] },
): Promise<void> {
  const loader = new RawLogLoader(brokers)
  await loader.open(topic)
  const transactions = (options.rate * options.seconds) / rowsPerTransaction
  const intervalMs = (1000 * rowsPerTransaction) / options.rate
  const startMs = performance.now()
  for (let number = 0; number < transactions; number++) {
    const due = startMs + number * intervalMs
    while (performance.now() < due) await new Promise((resolve) => setTimeout(resolve, 1))
    for (let row = 0; row < rowsPerTransaction; row++) dueMs[number * rowsPerTransaction + row] = due
    await loader.append(transactionRecords(topic, number))
    await loader.flush()
  }
  await loader.close()
}
