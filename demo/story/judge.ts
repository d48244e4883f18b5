/** Holds what was published against what the old applications have noted in their own databases. */
import { StackError } from '../../stack/stack-error.ts'
import type { Runtime } from '../runtime.ts'
import { crmTopics, shopTopics } from '../topics.ts'
import { runVerify, type VerdictCounts, type VerifyOptions } from '../verify/run-verify.ts'

export interface Judging {
  /** Of the second translation; absent: there was none. */
  readonly scratchPrefix?: string
  /** Where the events of a topic were published, if not there: several topics one after the other, joined by `+`. */
  readonly places?: Readonly<Record<string, string>>
  /** Whose facts are expected: the old applications' alone by default. */
  readonly facts?: 'of the old' | 'of the old and the new'
  readonly say: (line: string) => void
}

/** True when nothing is missing, repeated, out of order or different. */
export async function judge(runtime: Runtime, judging: Judging): Promise<boolean> {
  const { facts = 'of the old', say, ...where } = judging
  const { shop, crm } = runtime
  const service = { kind: 'postgresql', ...runtime.stack.addresses.postgres, database: 'fulfilment' } as const
  const ofShop = await verdict(runtime, {
    audit: { kind: 'postgresql', ...shop },
    ...topicsOf(shopTopics, where),
    ...(facts === 'of the old and the new' && { service }),
    // All that are set aside are the shop's.
    deadLetterTopic: 'falsework.dead-letters',
  })
  const audit = crm === null ? null : ({ kind: 'mariadb', ...crm } as const)
  const ofCrm = audit === null ? [] : [await verdict(runtime, { audit, ...topicsOf(crmTopics, where) })]
  const verdicts = [ofShop, ...ofCrm]
  for (const { lines } of verdicts) for (const line of lines) say(line)
  const counts = sumOf(verdicts.map((each) => each.counts))
  const other = Object.entries(otherCounts(counts)).filter(([, count]) => count > 0)
  for (const [name, count] of other) say(`${count} ${name}`)
  say(
    `story: ${counts.transactions} source transactions, ${counts.events} events, ${counts.missing} missing, ` +
      `${counts.duplicate} duplicate, ${counts.outOfOrder} out of order`,
  )
  return verdicts.every(({ exitCode }) => exitCode === 0)
}

function topicsOf(
  topics: readonly string[],
  { scratchPrefix, places = {} }: Pick<Judging, 'scratchPrefix' | 'places'>,
): Pick<VerifyOptions, 'topics' | 'scratchTopics'> {
  return {
    topics: Object.fromEntries(topics.map((topic) => [topic, places[topic] ?? topic])),
    ...(scratchPrefix !== undefined && {
      scratchTopics: Object.fromEntries(topics.map((topic) => [topic, `${scratchPrefix}${topic}`])),
    }),
  }
}

async function verdict(
  { stack }: Runtime,
  options: Omit<VerifyOptions, 'brokers' | 'registryUrl' | 'classPath'>,
): Promise<{ readonly counts: VerdictCounts; readonly lines: readonly string[]; readonly exitCode: number }> {
  const { brokers, registryUrl, classPath } = stack.addresses
  const { counts, lines, exitCode } = await runVerify({ brokers, registryUrl, classPath, ...options })
  if (counts === null) throw new StackError(`the independent check could not say anything: ${lines.join('; ')}`)
  return { counts, lines, exitCode }
}

function sumOf(all: readonly VerdictCounts[]): VerdictCounts {
  const sum = (name: keyof VerdictCounts): number => all.reduce((total, counts) => total + counts[name], 0)
  return {
    transactions: sum('transactions'),
    events: sum('events'),
    missing: sum('missing'),
    duplicate: sum('duplicate'),
    unexpected: sum('unexpected'),
    outOfOrder: sum('outOfOrder'),
    different: sum('different'),
    idMismatch: sum('idMismatch'),
    deadLetterMismatch: sum('deadLetterMismatch'),
  }
}

const otherCounts = ({
  unexpected,
  different,
  idMismatch,
  deadLetterMismatch,
}: VerdictCounts): Record<string, number> => ({
  'events that nobody expected': unexpected,
  'events with other fields': different,
  'ids that differ in the second translation': idMismatch,
  'dead letters that differ': deadLetterMismatch,
})
