/** What tells an event of the new service from one of falsework, in a topic that both publish to. */
import { brand } from '../../brand.ts'
import { scopeHeader } from '../event/cloud-event-headers.ts'
import type { Scope } from './stage.ts'

type Headers = ReadonlyMap<string, Buffer>

/** Falsework says of each event by which mapping it was made. */
export const isNative = (headers: Headers): boolean => !headers.has(`${brand.headerPrefix}mapping`)

/** A scope under its new owner. */
export interface NewlyOwned {
  readonly scope: Scope
  readonly epoch: number
  /** Where it is all: the scopes that have an owner of their own, whose epochs may be equal to this one. */
  readonly apart: readonly Scope[]
}

/** Whether the new service has published it as the owner of the scope in that epoch. */
export function isOfNewOwner(headers: Headers, { scope, epoch, apart }: NewlyOwned): boolean {
  const said = headers.get(scopeHeader)?.toString() ?? null
  const isOfScope = scope === null ? said === null || !apart.includes(said) : said === scope
  return isNative(headers) && isOfScope && headers.get(`${brand.headerPrefix}epoch`)?.toString() === String(epoch)
}
