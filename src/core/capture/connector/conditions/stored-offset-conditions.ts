/** Where the connector would go on: what its stored offset proves. */
import { type Condition, type Judgement, of, ofPostgres, ok, violated } from '../condition.ts'
import type { CaptureFindings } from '../capture-findings.ts'
import { compareSlot, type SlotComparison } from '../slot-gap.ts'
import { placeOf, type StoredOffset } from '../stored-offset.ts'

export const storedOffsetConditions: readonly Condition[] = [
  {
    code: 'stored-offset-between-transactions',
    what: 'the connector has stored an offset that stands between source transactions',
    why: 'from inside a transaction Debezium can leave out rows when it goes on, silently; this proves that the transformation is in force',
    remedy:
      'copy the plugin with `falsework connector plugin DIR` to Connect, add falsework.connect.BoundaryOffsets to the transforms, and ' +
      'run `falsework connector apply`, which also moves the offset; until then stop it with `falsework connector stop` only',
    weight: 'loses',
    judge: ofStoredOffset((stored) =>
      placeOf(stored) === 'inside' ? violated('it stands inside a source transaction') : ok,
    ),
  },
  {
    code: 'slot-holds-stored-offset',
    what: 'the slot has confirmed no more than the stored offset says',
    why: 'a slot that was dropped and created anew begins behind what the connector has sent: all in between was never captured, and no record shows it',
    remedy:
      'start a new incarnation (`falsework resume SOURCE --new-incarnation --reason TEXT`) with a new snapshot; find out who has dropped the slot',
    weight: 'loses',
    only: 'postgres',
    judge: ofPostgres(({ slot }, { storedOffset }) =>
      of(storedOffset, (stored) => judgementOn(compareSlot(slot?.confirmedLsn ?? null, stored))),
    ),
  },
]

function ofStoredOffset(
  judge: (stored: StoredOffset) => Judgement,
): (findings: Pick<CaptureFindings, 'storedOffset'>) => Judgement {
  return ({ storedOffset }) =>
    of(storedOffset, (stored) =>
      stored === null ? { kind: 'notAsked', why: 'the connector has stored no offset yet' } : judge(stored),
    )
}

function judgementOn(compared: SlotComparison): Judgement {
  if (compared.kind === 'unknown') return { kind: 'notAsked', why: compared.why }
  return compared.kind === 'none' ? ok : violated(`it has confirmed ${compared.gap.bytes} bytes more`)
}
