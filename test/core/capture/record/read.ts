/** What a decoder says of one record, in a form that can be compared. */
import { expect } from 'vitest'
import type { CaptureMessage } from '../../../../src/core/capture/capture-message.ts'
import type { MessageDecoder } from '../../../../src/core/capture/message-decoder.ts'
import { FalseworkError } from '../../../../src/core/diagnostics/falsework-error.ts'
import { shown } from '../../images.ts'
import { rawRecords, type TextRecord } from '../raw-log-of.ts'

/** What a record says, or why it says nothing: the same however it was read. */
export function read(decoder: MessageDecoder, record: TextRecord): unknown {
  try {
    return told(decoder.decode(rawRecords([record]), 0))
  } catch (error) {
    if (error instanceof FalseworkError) return error.message
    throw error
  }
}

function told(message: CaptureMessage): unknown {
  if (message.kind !== 'row' && message.kind !== 'snapshotRow') return message
  const { value, key, ...rest } = message
  // Of a row that was parsed there is none.
  expect(value?.bytes.length).not.toBe(0)
  return { ...(shown(rest) as object), key: key?.bytes.toString() }
}
