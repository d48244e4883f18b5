/** A record of the registry log that this build cannot read, and the word of an operator that lets every reader pass it. */
import { FalseworkError } from '../diagnostics/falsework-error.ts'
import type { ControlRecord } from './control-record.ts'
import { decodeControlRecord } from './control-record-json.ts'

export interface Entry {
  readonly offset: number
  readonly value: Buffer
}

/** Nothing from it on is in force, whatever stands there: what it says about that is unknown. */
export interface UnreadRecord {
  readonly kind: 'unread'
  readonly offset: number
  /** A newer record is read by a newer build; only an invalid one can be made void. */
  readonly code: 'REGISTRY_RECORD_INVALID' | 'REGISTRY_FORMAT_NEWER'
  readonly message: string
}

export function readEntry({ offset, value }: Entry): ControlRecord | UnreadRecord {
  try {
    return decodeControlRecord(value, offset)
  } catch (error) {
    if (!(error instanceof FalseworkError)) throw error
    const { code, message } = error
    if (code !== 'REGISTRY_RECORD_INVALID' && code !== 'REGISTRY_FORMAT_NEWER') throw error
    return { kind: 'unread', offset, code, message }
  }
}

/** Whether one of the records behind it says that it is void. A newer record never is: an older build must not pass it. */
export function isVoid({ code, offset }: UnreadRecord, behind: readonly Entry[]): boolean {
  if (code === 'REGISTRY_FORMAT_NEWER') return false
  return behind.some((entry) => {
    const record = readEntry(entry)
    return record.kind === 'void' && record.offset === offset
  })
}

/** What a person is told, with the command that is the way past it. */
export function tellUnread({ code, offset, message }: UnreadRecord): string {
  if (code === 'REGISTRY_FORMAT_NEWER') return message
  return `${message}; \`falsework registry void ${offset} --reason TEXT\` lets every reader pass it`
}

/** Who decides on the state of the log must have read all of it. Raises FalseworkError with the code of the record. */
export function expectAllRead({ unread }: { readonly unread: UnreadRecord | null }): void {
  if (unread !== null) throw new FalseworkError(unread.code, tellUnread(unread))
}
