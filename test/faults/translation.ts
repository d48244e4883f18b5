/** A raw log on the real stack, and any number of translations of it, each into topics of its own. */
import { createHash } from 'node:crypto'
import { readDeadLetters } from '../../src/app/observe/dead-letters.ts'
import { latestCheckpoint } from '../../src/app/observe/source-status.ts'
import { topicNames } from '../../src/core/delivery/topic-names.ts'
import type { TopicReader } from '../../src/ports/kafka/topic-reader.ts'
import { DaemonProcess, type Environment, falsework, pause, type Place } from './daemon-process.ts'

export interface CapturedLog {
  readonly source: string
  /** With FALSEWORK_TOPICS_RAW_PREFIX, behind which the raw log stands. */
  readonly place: Place
  readonly eventTopics: readonly string[]
  readonly reader: TopicReader
  readonly close: () => Promise<void>
}

export class Translation {
  private readonly log: CapturedLog
  private readonly place: Place
  private readonly rawPrefix: string
  readonly prefix: string

  constructor(log: CapturedLog, name: string) {
    const { folder, environment } = log.place
    this.log = log
    this.rawPrefix = environment['FALSEWORK_TOPICS_RAW_PREFIX'] ?? ''
    this.prefix = `${this.rawPrefix}${name}.`
    this.place = { folder, environment: { ...environment, FALSEWORK_TOPICS_PREFIX: this.prefix } }
  }

  /** The mappings of that project folder. */
  async register(folder = this.place.folder): Promise<void> {
    await falsework({ ...this.place, folder }, 'register')
  }

  async falsework(...command: readonly string[]): Promise<void> {
    await falsework(this.place, ...command)
  }

  startDaemon(more: Environment = {}): DaemonProcess {
    const { folder, environment } = this.place
    return new DaemonProcess({ folder, environment: { ...environment, ...more } })
  }

  /** The raw offset that the checkpoint says is read next. */
  async position(): Promise<number> {
    return (await latestCheckpoint(this.log.reader, topicNames(this.prefix).checkpoint(this.log.source)))?.next ?? 0
  }

  /** So many inputs wait behind failed ones. */
  async waiting(): Promise<number> {
    return (
      (await latestCheckpoint(this.log.reader, topicNames(this.prefix).checkpoint(this.log.source)))?.held?.inputs ?? 0
    )
  }

  /** Ids of the dead letters that nobody has decided. */
  async openLetters(): Promise<readonly string[]> {
    const { letters } = await readDeadLetters(this.log.reader, topicNames(this.prefix).deadLetters)
    return letters.map(({ id }) => id).toSorted()
  }

  /** Waits until the checkpoint has moved on from there. */
  async beyond(position: number): Promise<void> {
    while ((await this.position()) <= position) await pause(20)
  }

  /** Waits until the checkpoint has reached the end that the raw log has now. */
  async drained(): Promise<void> {
    const [range] = await this.log.reader.range(topicNames(this.rawPrefix).rawLog(this.log.source))
    const end = range?.end ?? 0
    while ((await this.position()) < end) await pause(100)
  }

  /** Translates everything without a fault and gives what is seen then. */
  async faultFree(): Promise<readonly string[]> {
    await this.register()
    const daemon = this.startDaemon()
    await this.drained()
    await daemon.kill('SIGTERM')
    return await this.outcome()
  }

  /** Everything that a read_committed consumer sees, partition by partition: id, key and a digest of the value. */
  async outcome(): Promise<readonly string[]> {
    const lines: string[] = []
    for (const topic of this.log.eventTopics) {
      const named = `${this.prefix}${topic}`
      const records = this.log.reader.read(named, {
        from: 'beginning',
        follow: false,
        signal: new AbortController().signal,
      })
      for await (const { partition, key, value, headers } of records) {
        const digest = createHash('sha256').update(withoutRevision(topic, value)).digest('hex').slice(0, 16)
        lines.push(`${topic}/${partition} ${key?.toString() ?? ''} ${headers.get('ce_id')?.toString() ?? ''} ${digest}`)
      }
    }
    return lines
  }
}

/** Revisions of two prefixes have other schema subjects, and so another hash, which dead letters carry in their value. */
function withoutRevision(topic: string, value: Buffer | null): string | Buffer {
  if (topic !== 'falsework.dead-letters') return value ?? ''
  return (value?.toString() ?? '').replace(/"revision":"[0-9a-f]+"/, '')
}
