/** Whether the epoch of a key ever decreases in the public topics of a mapping: then two have published for one scope. */
import { createHash } from 'node:crypto'
import { firstStage } from '../scope-stages.ts'

/** A committed record, as far as it is watched. */
export interface EpochedRecord {
  readonly topic: string
  readonly partition: number
  readonly offset: number
  readonly key: Buffer | null
  readonly epoch: number
}

/** Of one partition: where it was seen first, and how often since. */
export interface EpochDecrease {
  readonly topic: string
  readonly partition: number
  readonly offset: number
  /** The greatest that the key had had there. */
  readonly before: number
  readonly epoch: number
  readonly records: number
}

export interface SavedEpochs {
  /** By `keyNumber`, the one that was seen last behind all others. */
  readonly epochs: ReadonlyMap<number, number>
  readonly decreases: readonly EpochDecrease[]
  readonly forgotten: number
}

/** Every event has at least this one: what has no other need not be remembered. */
const firstEpoch = firstStage('live').epoch

/** Some 60 bytes each in memory, 16 in what is saved. */
const rememberedMax = 200_000

/**
 * Keys without end are watched in bounded memory. A key is remembered, by a hash, from its first event of a later epoch
 * than the first on: those of scopes that have never moved cost nothing. Above `max` the key is forgotten that was
 * silent longest, and no decrease of it is seen until it is published in a later epoch again.
 */
export class EpochWatch {
  private readonly epochs: Map<number, number>
  private readonly found: Map<string, EpochDecrease>
  private readonly max: number
  private lost: number

  constructor(saved: SavedEpochs | null = null, max = rememberedMax) {
    this.epochs = new Map(saved?.epochs)
    this.found = new Map(saved?.decreases.map((one) => [placeOf(one), one]))
    this.lost = saved?.forgotten ?? 0
    this.max = max
  }

  /** Records of a partition in their order. Null: it decreases nothing. */
  take(record: EpochedRecord): EpochDecrease | null {
    const { epoch } = record
    if (epoch <= firstEpoch && this.epochs.size === 0) return null
    const key = keyNumber(record)
    const before = this.epochs.get(key)
    if (before !== undefined && epoch < before) return this.decreased(record, before)
    if (epoch > firstEpoch) this.remember(key, epoch)
    return null
  }

  get decreases(): readonly EpochDecrease[] {
    return [...this.found.values()]
  }

  /** So many keys are watched no more. */
  get forgotten(): number {
    return this.lost
  }

  saved(): SavedEpochs {
    return { epochs: this.epochs, decreases: this.decreases, forgotten: this.lost }
  }

  private decreased({ topic, partition, offset, epoch }: EpochedRecord, before: number): EpochDecrease {
    const first = this.found.get(placeOf({ topic, partition })) ?? {
      ...{ topic, partition, offset, before, epoch },
      records: 0,
    }
    const counted = { ...first, records: first.records + 1 }
    this.found.set(placeOf(first), counted)
    return counted
  }

  private remember(key: number, epoch: number): void {
    this.epochs.delete(key)
    this.epochs.set(key, epoch)
    if (this.epochs.size <= this.max) return
    for (const [silent] of this.epochs) {
      this.epochs.delete(silent)
      break
    }
    this.lost += 1
  }
}

const placeOf = ({ topic, partition }: Pick<EpochedRecord, 'topic' | 'partition'>): string => `${topic} ${partition}`

/** Where, and what is wrong there; no key is in it. */
export function decreaseText({ topic, partition, offset, before, epoch }: EpochDecrease): string {
  return `${topic}, partition ${partition}, offset ${offset}: epoch ${epoch} of a key that has had epoch ${before} before`
}

/** 48 bits: of 200,000 keys two have the same number once in ten thousand times. */
function keyNumber({ topic, partition, key }: EpochedRecord): number {
  const hash = createHash('sha1')
    .update(`${placeOf({ topic, partition })} `)
    .update(key ?? Buffer.of())
  return hash.digest().readUIntBE(0, 6)
}
