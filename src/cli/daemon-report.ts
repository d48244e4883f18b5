/** What the daemon says of itself and its sources. */
import type { DaemonReport } from '../http/health-server.ts'

/** Null when no daemon answers at that address. */
export async function askDaemon(url: string): Promise<DaemonReport | null> {
  try {
    const response = await fetch(new URL('/status', url), { signal: AbortSignal.timeout(2_000), redirect: 'error' })
    return (await response.json()) as DaemonReport
  } catch {
    return null
  }
}
