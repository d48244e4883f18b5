/** How a command goes past a gate that is closed. */
import { InvalidArgumentError, Option } from 'commander'
import { FalseworkError } from '../../../core/diagnostics/falsework-error.ts'
import { type Gate, gates } from '../../../core/migration/gates.ts'
import type { Waiver } from '../../../core/migration/stage-word.ts'

export interface WaiveOptions {
  readonly waive: readonly Gate[]
  readonly reason?: string
}

export const waiveOption = (): Option =>
  new Option('--waive <gate>', 'goes on although the gate is closed; with --reason; may be given more than once')
    .default([])
    .argParser((text: string, before: readonly Gate[]): readonly Gate[] => {
      const gate = gates.find((known) => known === text)
      if (gate === undefined) throw new InvalidArgumentError(`Expected one of: ${gates.join(', ')}.`)
      return [...before, gate]
    })

export const whyOption = (): Option => new Option('--reason <text>', 'why: it stands in the registry log for ever')

/** Raises `USAGE` where nobody says why. */
export function waiversOf({ waive, reason = '' }: WaiveOptions): readonly Waiver[] {
  if (waive.length > 0 && reason.trim() === '') {
    throw new FalseworkError('USAGE', '--waive needs --reason: it is kept for ever who went past a gate, and why')
  }
  return waive.map((gate) => ({ gate, reason }))
}
