/** What an operator's word in the registry log is written with. */
import { controlFormat } from '../../core/registry/control-record.ts'
import type { ControlLog } from '../../ports/kafka/control-log.ts'

export interface ControlLogParts {
  readonly openControlLog: () => Promise<ControlLog>
  /** Who says it. */
  readonly actor: string
  readonly wallMs: () => number
  readonly uuid: () => string
}

/** What every record has, decided on a log that ended at `end`. */
export const commonFields = (parts: ControlLogParts, end: number) =>
  ({
    format: controlFormat,
    uuid: parts.uuid(),
    basedOn: end,
    atMs: parts.wallMs(),
    actor: parts.actor,
  }) as const

/** Opens the log for one piece of work. */
export async function withControlLog<Result>(
  { openControlLog }: Pick<ControlLogParts, 'openControlLog'>,
  work: (log: ControlLog) => Promise<Result>,
): Promise<Result> {
  const log = await openControlLog()
  try {
    return await work(log)
  } finally {
    await log.close()
  }
}
