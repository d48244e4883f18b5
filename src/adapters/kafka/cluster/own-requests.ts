/** The requests that are written by a codec of our own, each in the one version that it writes. */
import { FalseworkError } from '../../../core/diagnostics/falsework-error.ts'

export const ownRequests = {
  produce: { apiKey: 0, apiVersion: 7, apiName: 'Produce' },
  fetch: { apiKey: 1, apiVersion: 13, apiName: 'Fetch' },
  metadata: { apiKey: 3, apiVersion: 10, apiName: 'Metadata' },
  addPartitions: { apiKey: 24, apiVersion: 1, apiName: 'AddPartitionsToTxn' },
  endTransaction: { apiKey: 26, apiVersion: 1, apiName: 'EndTxn' },
  describeTransactions: { apiKey: 65, apiVersion: 0, apiName: 'DescribeTransactions' },
} as const

interface OwnRequest {
  readonly apiKey: number
  readonly apiVersion: number
  readonly apiName: string
}

/** By API key, as a broker tells them when it is connected to. */
export type ApiVersions = Readonly<Record<number, { readonly minVersion: number; readonly maxVersion: number }>>

/**
 * Raises `KAFKA_INCOMPATIBLE` for a request that the broker does not speak, and names all of ours that it does not.
 * Of a broker that has not said what it speaks, nothing is known.
 */
export function expectSpoken(versions: ApiVersions | null, request: OwnRequest): void {
  if (versions === null || speaks(versions, request)) return
  const lacking = Object.values(ownRequests).filter((own) => !speaks(versions, own))
  throw new FalseworkError(
    'KAFKA_INCOMPATIBLE',
    `the broker does not speak ${lacking.map((own) => described(versions, own)).join(', ')}`,
  )
}

function speaks(versions: ApiVersions, { apiKey, apiVersion }: OwnRequest): boolean {
  const spoken = versions[apiKey]
  return spoken !== undefined && spoken.minVersion <= apiVersion && apiVersion <= spoken.maxVersion
}

function described(versions: ApiVersions, { apiKey, apiVersion, apiName }: OwnRequest): string {
  const spoken = versions[apiKey]
  const instead = spoken === undefined ? 'not at all' : `only ${spoken.minVersion} to ${spoken.maxVersion}`
  return `${apiName} ${apiVersion} (${instead})`
}
