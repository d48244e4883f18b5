/** How long ago the way back was gone the last time, in earnest or as a rehearsal. */
import { type MigratedMapping, standingOf } from './read-stages.ts'

const dayMs = 86_400_000

/** Whole days; null: never. */
export function rehearsedDaysAgo(migrated: MigratedMapping, nowMs: number): number | null {
  const { registry, mapping } = migrated
  const rehearsal = registry.rehearsals.get(mapping.name)
  const words = registry.stages.get(mapping.name)?.words ?? []
  const gone = words.filter(({ record: { transition, scope, epoch } }) => {
    const { ownership } = standingOf(migrated, scope)
    return transition === 'rollback' && ownership.epoch > epoch
  })
  const times = [...gone.map(({ record }) => record.atMs), ...(rehearsal === undefined ? [] : [rehearsal.atMs])]
  return times.length === 0 ? null : Math.max(0, Math.floor((nowMs - Math.max(...times)) / dayMs))
}
