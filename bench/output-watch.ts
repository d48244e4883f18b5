/** Waits for the output of a measured process to grow, and notices when it never will. */
import type { KafkaPorts } from '../src/adapters/kafka/connect-kafka.ts'
import type { MeasuredProcess } from './measured-process.ts'

/** A look asks for twelve offsets: ten a second are nothing beside what the broker does for the process. */
const pollMs = 100
/** Where the moment itself is what is measured. */
const startPollMs = 20
/** Longer than any pause of a process that works: what is behind the last of its output is its last transaction's marker. */
const restMs = 1_000
/** A process that has used hardly any CPU for so long waits for something that does not come. */
const idleMsMax = 20_000
const idleCpuSeconds = 2
/** And one that works for so long without any output never gets there. */
const silentMsMax = 900_000

/** One look: what a read_committed reader sees, and what the process has used until then. */
export interface Reading {
  /** End offset of each partition. They count the markers of transactions too. */
  readonly ends: readonly number[]
  readonly cpuSeconds: number
  readonly wallMs: number
}

export class OutputWatch {
  private readonly kafka: KafkaPorts
  private readonly topic: string
  private readonly process: MeasuredProcess
  private grown: Reading
  /** The last look of an idle period, from which its CPU is counted. */
  private idleSince: Reading

  constructor(parts: { readonly kafka: KafkaPorts; readonly topic: string; readonly process: MeasuredProcess }) {
    this.kafka = parts.kafka
    this.topic = parts.topic
    this.process = parts.process
    this.grown = { ends: [], cpuSeconds: this.process.cpuSeconds, wallMs: performance.now() }
    this.idleSince = this.grown
  }

  /** The first look at which at least so many records are visible. */
  async reached(records: number): Promise<Reading> {
    for (;;) {
      const reading = await this.look()
      const seen = total(reading)
      if (seen >= records) return reading
      this.assertAlive(reading, `${seen} of ${records} records`)
      await pause(pollMs)
    }
  }

  /** The first look at which the topic has another end than before: from a moment at which nobody wrote to it. */
  async grownFrom(ends: readonly number[]): Promise<Reading> {
    for (;;) {
      const reading = await this.look()
      if (total(reading) > total({ ends })) return reading
      this.assertAlive(reading, 'where it was')
      await pause(startPollMs)
    }
  }

  /** The look at which the last output came, once nothing has come for a while. */
  async atRest(): Promise<Reading> {
    for (;;) {
      const reading = await this.look()
      if (reading.wallMs - this.grown.wallMs > restMs) return this.grown
      await pause(pollMs)
    }
  }

  private async look(): Promise<Reading> {
    const ranges = await this.kafka.topicReader.range(this.topic)
    const ends = ranges.map(({ end }) => end)
    const reading = { ends, cpuSeconds: this.process.cpuSeconds, wallMs: performance.now() }
    if (total(reading) !== total(this.grown)) {
      this.grown = reading
      this.idleSince = reading
    }
    return reading
  }

  private assertAlive(reading: Reading, where: string): void {
    const silentMs = reading.wallMs - this.grown.wallMs
    if (reading.cpuSeconds - this.idleSince.cpuSeconds > idleCpuSeconds) this.idleSince = reading
    if (reading.wallMs - this.idleSince.wallMs > idleMsMax || silentMs > silentMsMax) {
      const seconds = Math.round(silentMs / 1_000)
      throw new Error(`${this.topic} stands at ${where} for ${seconds} s. Last lines:\n${this.process.lastWords}`)
    }
  }
}

const total = ({ ends }: Pick<Reading, 'ends'>): number => ends.reduce((sum, end) => sum + end, 0)

export const pause = async (ms: number): Promise<void> => {
  await new Promise((resolve) => setTimeout(resolve, ms))
}
