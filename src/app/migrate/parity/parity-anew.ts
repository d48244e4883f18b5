/** An operator's word that a comparison begins anew: a mended bug of the new service is not to count for ever. */
import { FalseworkError } from '../../../core/diagnostics/falsework-error.ts'
import { encodeControlRecord } from '../../../core/registry/control-record-json.ts'
import { acceptedOffset, foldRead } from '../../../core/registry/registry-state.ts'
import { beginningOf } from '../../compare/comparisons.ts'
import { commonFields, type ControlLogParts, withControlLog } from '../../operate/control-log-parts.ts'
import { readStages, type StagesParts } from '../read-stages.ts'

export interface SaidAnew {
  readonly mapping: string
  readonly reason: string
  readonly registryOffset: number
}

/** Raises `TRANSITION_REFUSED` where nothing is compared, `REGISTRATION_CONFLICT` where somebody was faster, and as `readStages`. */
export async function beginAnew(
  { mapping, reason }: Pick<SaidAnew, 'mapping' | 'reason'>,
  parts: ControlLogParts & StagesParts,
): Promise<SaidAnew> {
  return await withControlLog(parts, async (log) => {
    const registry = foldRead(await log.read(0))
    await readStages(mapping, registry, parts)
    if (beginningOf(registry, mapping) === null) {
      throw new FalseworkError('TRANSITION_REFUSED', `${mapping}: no scope of it is in parity, and nothing is compared`)
    }
    const common = commonFields(parts, registry.end)
    await log.append(encodeControlRecord({ kind: 'anew', ...common, mapping, reason }))
    const after = foldRead(await log.read(registry.end), registry)
    return { mapping, reason, registryOffset: acceptedOffset(after, common.uuid) }
  })
}
