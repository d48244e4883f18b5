import type { Nullable, ValueType } from '../../values/type.ts'
import type { RecordValue } from '../../values/value.ts'

/** The Avro schema of an event version, read from `contracts/<Event>.v<major>.avsc`. */
export interface Contract {
  /** `OrderPlaced` */
  readonly event: string
  readonly version: number
  /** Avro full name: namespace and record name. */
  readonly fullName: string
  /** The team that answers for it, where the file says. */
  readonly owner: string | null
  /** What the event means. */
  readonly doc: string | null
  readonly compatibility: 'FULL_TRANSITIVE' | 'FORWARD_TRANSITIVE'
  /** A draft (what `scaffold` writes) can be checked and tested, but not registered. */
  readonly stage: 'draft' | 'final'
  readonly fields: readonly ContractField[]
  /** The schema text that is registered: the file's, in canonical spacing, docs included. */
  readonly schema: string
  /** Avro bytes without a frame; raises ValueError `contract` when the value does not fit. */
  encode(value: RecordValue): Buffer
  decode(bytes: Buffer): RecordValue
}

export interface ContractField extends Nullable<ValueType> {
  readonly name: string
  /** A field with a default need not be mapped. */
  readonly hasDefault: boolean
  readonly doc: string | null
}
