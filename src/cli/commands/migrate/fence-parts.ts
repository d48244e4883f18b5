/** What commands need that change who owns a scope. */
import type { AwaitParts } from '../../../app/migrate/handover/await-owners.ts'
import type { FenceParts } from '../../../app/migrate/handover/fences.ts'
import type { ControlLogParts } from '../../../app/operate/control-log-parts.ts'
import { declaredSource } from '../../../config/project-config.ts'
import type { Wiring } from '../../../wiring.ts'
import type { Shell } from '../../command.ts'
import { controlLogParts } from '../operate/operator-words.ts'

/** `timeout`: in seconds. */
export const fenceParts = (
  wiring: Wiring,
  { interrupted }: Shell,
  { timeout }: { readonly timeout: number },
): ControlLogParts & FenceParts & AwaitParts => {
  const { names, kafka, clock, openGuard, openInspector } = wiring
  return {
    ...controlLogParts(wiring),
    names,
    topicReader: kafka.topicReader,
    clock,
    timeoutMs: timeout * 1000,
    signal: interrupted,
    openGuard,
    openInspector,
    connectorOf: connectorOf(wiring),
  }
}

/** The database of a source, and what its connector file says of it. */
export const connectorOf =
  ({ config, connectorConfig }: Wiring): FenceParts['connectorOf'] =>
  async (source) => ({ kind: declaredSource(config, source).kind, connector: await connectorConfig(source) })
