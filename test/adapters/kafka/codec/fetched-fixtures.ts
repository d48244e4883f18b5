/** Fetch answers of the real broker, as bytes. */
import { readFileSync } from 'node:fs'
import type { FetchedPartition } from '../../../../src/adapters/kafka/codec/fetch.ts'

interface Recorded {
  readonly from: number
  readonly aborted: readonly { readonly producerId: string; readonly firstOffset: number }[]
  readonly batches: string
}

const file = new URL('../../../fixtures/recorded/kafka/fetched.json', import.meta.url)
const { fetched } = JSON.parse(readFileSync(file, 'utf8')) as { fetched: Readonly<Record<string, Recorded>> }

export function fetchedFixture(name: string): Omit<FetchedPartition, 'lastStable'> & { readonly from: number } {
  const recorded = fetched[name]
  if (recorded === undefined) throw new Error(`there is no recording ${name}`)
  return {
    from: recorded.from,
    aborted: recorded.aborted.map(({ producerId, firstOffset }) => ({ producerId: BigInt(producerId), firstOffset })),
    batches: Buffer.from(recorded.batches, 'base64'),
  }
}
