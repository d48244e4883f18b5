import { createHash } from 'node:crypto'

/** Short enough for both databases: PostgreSQL takes 63 bytes, MariaDB 64 characters. */
const readableMax = 28

/** The name of something that falsework puts into a legacy database, for a mapping: the hash tells apart what is cut. */
export function ownedName(mapping: string, ...parts: readonly string[]): string {
  const hash = createHash('sha256')
    .update(JSON.stringify([mapping, ...parts]))
    .digest('hex')
  return `falsework_guard_${mapping.slice(0, readableMax)}_${hash.slice(0, 8)}`
}
