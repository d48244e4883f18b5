/** Whether a restart of the connector can lose rows, as its stored offset proves. */
import { placeOf } from '../../core/capture/connector/stored-offset.ts'
import { FalseworkError } from '../../core/diagnostics/falsework-error.ts'
import type { ConnectorOffsets } from '../../ports/connect/connector-offsets.ts'

/** `unknown`: Connect does not answer, or the connector has stored nothing behind its snapshot yet. */
export interface Protection {
  readonly verdict: 'protected' | 'unprotected' | 'unknown'
  /** One sentence: what was seen, and what to do about it. */
  readonly why: string
}

export async function protectionOf(offsets: ConnectorOffsets, connector: string): Promise<Protection> {
  try {
    const places = (await offsets.read(connector)).map(placeOf)
    if (places.includes('inside')) {
      return {
        verdict: 'unprotected',
        why:
          `the stored offset of ${connector} stands inside a source transaction: a restart of the connector can lose rows ` +
          'silently; copy the plugin with `falsework connector plugin DIR`, and add falsework.connect.BoundaryOffsets to its transforms',
      }
    }
    if (places.includes('between')) {
      return { verdict: 'protected', why: `the stored offset of ${connector} stands between source transactions` }
    }
    return { verdict: 'unknown', why: `${connector} has stored no offset behind a snapshot yet` }
  } catch (error) {
    if (!(error instanceof FalseworkError)) throw error
    return { verdict: 'unknown', why: `the stored offset of ${connector} cannot be read: ${error.message}` }
  }
}
