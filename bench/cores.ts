/** Broker, registry and loader on core 0, the process under measurement on core 1, where there are two and taskset is. */
import { spawnSync } from 'node:child_process'
import { cpus } from 'node:os'

const measuredCore = '1'

export const pinning: 'pinned' | 'not pinned' =
  cpus().length > 1 && spawnSync('taskset', ['-c', measuredCore, 'true']).status === 0 ? 'pinned' : 'not pinned'

/** This process with all its threads, and what it starts from now on. */
export function leaveMeasuredCore(): void {
  if (pinning === 'pinned') spawnSync('taskset', ['-a', '-c', '-p', '0', String(process.pid)])
}

export const onMeasuredCore = (command: readonly string[]): readonly string[] =>
  pinning === 'pinned' ? ['taskset', '-c', measuredCore, ...command] : command
