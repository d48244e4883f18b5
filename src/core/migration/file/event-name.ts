/** How a migration file names events: `OrderPlaced`, or `OrderPlaced.v2`. */
import type { Publication } from '../../event/business-event.ts'

/** The first version goes without. */
export const eventName = ({ event, version }: Pick<Publication, 'event' | 'version'>): string =>
  version === 1 ? event : `${event}.v${version}`

/** Undefined: the file has nothing under this name. A file may name the first version too. */
export const underName = <T>(entries: ReadonlyMap<string, T>, name: string): T | undefined =>
  entries.get(name) ?? entries.get(`${name}.v1`)
