/** Takes the bridge of mappings down, step by step. Begun again, it goes on where it stood. */
import { FalseworkError } from '../../../core/diagnostics/falsework-error.ts'
import type { StageWord } from '../../../core/migration/stage-word.ts'
import { foldRead, type RegistryState } from '../../../core/registry/registry-state.ts'
import { isRetired, revisionsAtWork } from '../../../core/translation/ownership/retired.ts'
import { stagingOf } from '../../../core/translation/ownership/routes.ts'
import type { ConnectorAdmin } from '../../../ports/connect/connector-admin.ts'
import type { ConnectorOffsets } from '../../../ports/connect/connector-offsets.ts'
import type { DatabaseAccount } from '../../../ports/database/guard.ts'
import { type ControlLogParts, withControlLog } from '../../operate/control-log-parts.ts'
import { waitUntilInForce } from '../../project/wait-until-in-force.ts'
import type { AwaitParts } from '../handover/await-owners.ts'
import { sayWords } from '../say-words.ts'
import { planRetirement, type RetireParts, type RetireRequest, type RetirementPlan } from './plan-retirement.ts'

export interface Retired {
  readonly plan: RetirementPlan
  /** `refused`: a gate is closed. */
  readonly kind: 'planned' | 'refused' | 'retired'
}

export type RetirementParts = RetireParts &
  ControlLogParts &
  AwaitParts & { readonly connectorAdmin: ConnectorAdmin; readonly connectorOffsets: ConnectorOffsets }

/**
 * All of the mappings, or none. Raises as `planRetirement` and `sayWords`, `TRANSITION_REFUSED` where a scope was led
 * elsewhere or the source has got another mapping meanwhile, `TIMED_OUT` where no daemon has it in force in time, `INTERRUPTED`, and what the ports do.
 */
export async function retire(
  request: RetireRequest,
  account: DatabaseAccount | null,
  parts: RetirementParts,
): Promise<Retired> {
  return await withControlLog(parts, async (log) => {
    const registry = foldRead(await log.read(0))
    const plan = await planRetirement(request, registry, parts)
    if (plan.mappings.some(({ gates }) => gates.kind === 'closed')) return { plan, kind: 'refused' }
    if (request.run === 'look') return { plan, kind: 'planned' }
    await sayWords(wordsOf(plan, request), { log, registry }, parts)
    const said = foldRead(await log.read(registry.end), registry)
    expectRetired(plan, said)
    await awaitInForce(plan, said, parts)
    for (const { guard } of plan.mappings) await carryOut(guard, { account, statements: guard.removal }, parts)
    if (plan.capture !== null) expectLast(plan, foldRead(await log.read(0)))
    await removeCapture(plan, account, parts)
    return { plan, kind: 'retired' }
  })
}

const wordsOf = ({ mappings }: RetirementPlan, { reason, waivers }: RetireRequest): readonly StageWord[] =>
  mappings.flatMap(({ mapping, due, evidence }) =>
    due.map(({ scope, ownership: { owner, epoch } }): StageWord => {
      const seen = { owner, epoch }
      return { mapping, scope, transition: 'retire', to: 'retired', epoch, seen, reason, evidence, waivers }
    }),
  )

/** The guard of a scope that was taken back while the words were said is needed still. */
function expectRetired({ mappings }: RetirementPlan, registry: RegistryState): void {
  const atWork = mappings.map(({ mapping }) => mapping).filter((name) => !isRetired(stagingOf(registry, name)))
  if (atWork.length === 0) return
  const why = 'a scope was led elsewhere meanwhile (falsework migrate status), so its guard and its connector stay'
  throw new FalseworkError('TRANSITION_REFUSED', `${atWork.join(', ')}: ${why}`)
}

/** As long as a daemon takes a scope for the new service's, what is written behind the guard is a violation. */
async function awaitInForce(
  { mappings, source }: RetirementPlan,
  { stages }: RegistryState,
  parts: AwaitParts,
): Promise<void> {
  const said = mappings.map(({ mapping }) => {
    const words = stages.get(mapping)?.words ?? []
    const registryOffset = Math.max(0, ...words.map(({ offset }) => offset))
    return { mapping, source, registryOffset }
  })
  await waitUntilInForce(said, parts)
}

/** What captures is needed by whatever was registered while the steps before were taken. */
function expectLast({ source }: RetirementPlan, registry: RegistryState): void {
  const others = revisionsAtWork(registry, source).map(({ record }) => record.content.mapping)
  if (others.length === 0) return
  throw new FalseworkError(
    'TRANSITION_REFUSED',
    `source ${source} has got ${others.join(', ')} meanwhile, so its connector stays; the same command goes on without it`,
  )
}

/** The connector goes first: it holds the slot, and would make a publication anew. */
async function removeCapture(
  { capture, mappings }: RetirementPlan,
  account: DatabaseAccount | null,
  parts: RetirementParts,
): Promise<void> {
  const [first] = mappings
  if (capture === null || first === undefined) return
  const { connector, removal } = capture
  const { connectorAdmin, connectorOffsets } = parts
  if ((await connectorAdmin.status(connector)) !== null) {
    await connectorOffsets.stop(connector)
    await connectorAdmin.remove(connector)
  }
  if (removal === null) return
  // The named account owns tables, and need not be one that may replicate.
  await carryOut(first.guard, { account: null, statements: [removal.slot] }, parts)
  await asOwner(account, async (owner) => {
    await carryOut(first.guard, { account: owner, statements: [removal.publication] }, parts)
  })
}

/** A publication is of whoever has made it: the named account, or the connector. */
async function asOwner(
  account: DatabaseAccount | null,
  work: (account: DatabaseAccount | null) => Promise<void>,
): Promise<void> {
  try {
    await work(account)
  } catch (error) {
    const isAnothers = account !== null && error instanceof FalseworkError && error.code === 'NOT_AUTHORISED'
    if (!isAnothers) throw error
    await work(null)
  }
}

async function carryOut(
  { source, place }: { readonly source: string; readonly place: RetirementPlan['mappings'][number]['guard']['place'] },
  {
    account,
    statements,
  }: {
    readonly account: DatabaseAccount | null
    readonly statements: readonly { readonly sql: string }[]
  },
  { openGuard }: Pick<RetireParts, 'openGuard'>,
): Promise<void> {
  const database = await openGuard({ source, place, account })
  try {
    await database.apply(statements.map(({ sql }) => sql))
  } finally {
    await database.close()
  }
}
