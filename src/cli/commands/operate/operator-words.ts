/** What the commands have in common that write an operator's word into the registry log. */
import { InvalidArgumentError, Option } from 'commander'
import type { ControlLogParts } from '../../../app/operate/control-log-parts.ts'
import type { Wiring } from '../../../wiring.ts'

export const controlLogParts = ({ kafka, actor, clock, uuid }: Wiring): ControlLogParts => ({
  openControlLog: kafka.openControlLog,
  actor,
  wallMs: () => clock.wallMs(),
  uuid,
})

/** The log keeps for ever who has said it, and why. */
export const reasonOption = (): Option =>
  new Option('--reason <text>', 'why: it stands in the registry log for ever')
    .makeOptionMandatory()
    .argParser((text: string): string => {
      if (text.trim() === '') throw new InvalidArgumentError('Expected a text.')
      return text
    })
