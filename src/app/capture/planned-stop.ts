/** Stops a connector so that it loses nothing when it goes on, also where the transformation for that is missing. */
import { betweenTransactions, placeOf } from '../../core/capture/connector/stored-offset.ts'
import type { ConnectorOffsets } from '../../ports/connect/connector-offsets.ts'

/** `moved`: it stood inside a transaction, and now stands before it. `none`: nothing is stored yet. */
export type RestingPlace = 'between' | 'moved' | 'snapshot' | 'none'

export async function stopBetweenTransactions(offsets: ConnectorOffsets, name: string): Promise<RestingPlace> {
  await offsets.stop(name)
  return await moveBetweenTransactions(offsets, name)
}

/** For a connector that is stopped: what it has stored is what it has sent. */
export async function moveBetweenTransactions(offsets: ConnectorOffsets, name: string): Promise<RestingPlace> {
  const stored = await offsets.read(name)
  const inside = stored.filter((entry) => placeOf(entry) === 'inside')
  if (inside.length > 0) {
    await offsets.write(name, inside.map(betweenTransactions))
    return 'moved'
  }
  const [first] = stored
  return first === undefined ? 'none' : placeOf(first) === 'snapshot' ? 'snapshot' : 'between'
}
