/** The database's log and the connector's place in it. */
import type { CaptureFindings } from '../capture-findings.ts'
import type { PostgresFacts, SlotFacts } from '../postgres-facts.ts'
import { type Condition, type Judgement, ok, ofPostgres, violated } from '../condition.ts'

/** Beyond this share of the limit an operator must look: the rest is time to act in. */
const retainedShareMax = 0.5

export const slotConditions: readonly Condition[] = [
  {
    code: 'database-log-level',
    what: 'the database writes a logical log',
    why: 'Debezium reads the logical log',
    remedy: 'set wal_level=logical and restart PostgreSQL',
    weight: 'loses',
    judge: ofPostgres(({ walLevel }) => (walLevel === 'logical' ? ok : violated(`wal_level is ${walLevel}`))),
  },
  {
    code: 'slot',
    what: 'the replication slot of the connector exists',
    why: 'without its slot the connector would start anew and leave a gap',
    remedy:
      'start the connector, which creates the slot; if it existed before, changes are lost: start a new incarnation (`falsework resume SOURCE --new-incarnation --reason TEXT`)',
    weight: 'loses',
    judge: ofPostgres(({ slot }) => (slot === null ? violated('it does not exist') : ok)),
  },
  {
    code: 'slot-plugin',
    what: 'the slot decodes with pgoutput',
    why: 'only pgoutput knows publications',
    remedy: 'name another slot in slot.name, or drop this one if nobody needs it',
    weight: 'loses',
    judge: ofSlot(({ plugin }) => (plugin === 'pgoutput' ? ok : violated(`its plugin is ${plugin ?? 'none'}`))),
  },
  {
    code: 'slot-in-use',
    what: 'the connector reads from the slot',
    why: 'nothing is captured meanwhile, and the database keeps its log for the slot',
    remedy: 'look at `falsework connector status`, and run `falsework connector apply`',
    weight: 'risks',
    judge: ofSlot(({ active }) => (active ? ok : violated('nobody reads from it'))),
  },
  {
    code: 'slot-log-kept',
    what: 'the database still has the log that the slot needs',
    why: 'what the database has removed was never captured',
    remedy:
      'lost: start a new incarnation (`falsework resume SOURCE --new-incarnation --reason TEXT`). Unreserved: let the connector catch up now, and raise max_slot_wal_keep_size',
    weight: 'loses',
    judge: ofSlot(({ walStatus }) =>
      walStatus === 'lost' || walStatus === 'unreserved' ? violated(`its log is ${walStatus}`) : ok,
    ),
  },
  {
    code: 'slot-lag',
    what: 'the slot is far from max_slot_wal_keep_size',
    why: 'beyond it the database removes the log, and what was in it is never captured',
    remedy: 'let the connector catch up, or raise max_slot_wal_keep_size and reload the configuration',
    weight: 'risks',
    judge: ofSlot(({ retainedBytes, safeBytes }, { slotLimitBytes }) => {
      if (slotLimitBytes === null) return ok
      const isFar = retainedBytes <= slotLimitBytes * retainedShareMax && (safeBytes ?? slotLimitBytes) > 0
      return isFar ? ok : violated(`${megabytes(retainedBytes)} kept of at most ${megabytes(slotLimitBytes)}`)
    }),
  },
]

function ofSlot(judge: (slot: SlotFacts, facts: PostgresFacts) => Judgement): (findings: CaptureFindings) => Judgement {
  return ofPostgres((facts) =>
    facts.slot === null ? { kind: 'notAsked', why: 'the slot does not exist' } : judge(facts.slot, facts),
  )
}

const megabytes = (bytes: number): string => `${Math.ceil(bytes / 2 ** 20)} MB`
