/** Groups of `per: [columns]`: the net changes of a transaction by the values that their rows have in the columns. */
import type { RowImage } from '../../capture/image/row-image.ts'
import { FalseworkError } from '../../diagnostics/falsework-error.ts'
import type { NetChange } from '../../transaction/net-change.ts'
import { ValueError } from '../../values/value-error.ts'
import type { CompiledPer, CompiledRule } from '../compiled-mapping.ts'
import { anchorOf, type Group, type GroupCause } from './cause.ts'
import { isMeant } from './firing/is-meant.ts'

type GroupedPer = Extract<CompiledPer, { kind: 'group' }>

/** By the order of the net change that they begin with. */
type GroupsOfRule = ReadonlyMap<number, readonly GroupCause[]>

/** The groups of one transaction: those of a rule are made when the first of them is asked for. */
export class Groups {
  private readonly net: readonly NetChange[] | null
  /** Most transactions have nothing that is grouped. */
  private ofRules: Map<CompiledRule, GroupsOfRule> | null = null
  private readonly failed: CompiledRule[] = []

  /** `net`: at least those of tables that are grouped; null: they are more than may be held. */
  constructor(net: readonly NetChange[] | null) {
    this.net = net
  }

  /** Those of the rule whose first net change this is. Where it changes its group, the one that it left comes first. */
  beginningAt(rule: CompiledRule, per: GroupedPer, change: NetChange): readonly GroupCause[] {
    if (this.net === null) return this.tooLarge(rule, per, change)
    this.ofRules ??= new Map()
    const known = this.ofRules.get(rule)
    const groups = known ?? groupsOf(rule, per, this.net)
    if (known === undefined) this.ofRules.set(rule, groups)
    return groups.get(change.order) ?? none
  }

  /** Said once for each rule: nobody knows which groups there are. */
  private tooLarge(rule: CompiledRule, per: GroupedPer, change: NetChange): readonly GroupCause[] {
    if (this.failed.includes(rule) || groupsOf(rule, per, [change]).size === 0) return none
    this.failed.push(rule)
    const message = 'the source transaction has more rows to group than may be held'
    return [{ kind: 'ungrouped', rows: [change], error: new ValueError('tooLarge', message) }]
  }
}

const none: readonly GroupCause[] = []

/**
 * A row whose group cannot be told may be missing in any of them: then all rows that the rule is about are one failed
 * input. Raises an assertion of ours.
 */
function groupsOf(rule: CompiledRule, { groupOf }: GroupedPer, net: readonly NetChange[]): GroupsOfRule {
  const groups = new Map<string, GrowingGroup>()
  const about: NetChange[] = []
  let failure: { readonly error: unknown } | null = null
  for (const change of net) {
    if (change.table !== rule.table.name) continue
    try {
      if (!isMeant(rule, change)) continue
      addTo(groups, change, groupOf)
    } catch (error) {
      if (error instanceof FalseworkError) throw error
      failure ??= { error }
    }
    about.push(change)
  }
  const [first, ...others] = about
  if (first === undefined) return new Map()
  if (failure === null) return byFirstChange(groups.values())
  return new Map([[first.order, [{ kind: 'ungrouped', rows: [first, ...others], error: failure.error }]]])
}

interface GrowingGroup extends Group {
  readonly rows: [NetChange, ...NetChange[]]
}

function addTo(groups: Map<string, GrowingGroup>, change: NetChange, groupOf: (row: RowImage) => string): void {
  const { before, after } = change
  const left = before === null ? null : groupOf(before)
  const entered = after === null ? null : groupOf(after)
  const place = (text: string, image: RowImage, anchor: Group['anchor']): void => {
    const group = groups.get(text)
    if (group === undefined) groups.set(text, { text, image, anchor, rows: [change] })
    else group.rows.push(change)
  }
  if (left !== null && before !== null && left !== entered) place(left, before, anchorOf(change))
  if (entered === null || after === null) return
  const moves = left !== null && left !== entered
  place(entered, after, moves ? { ...anchorOf(change), group: 'entered' } : anchorOf(change))
}

function byFirstChange(groups: Iterable<Group>): GroupsOfRule {
  const byOrder = new Map<number, GroupCause[]>()
  for (const group of groups) {
    const { order } = group.anchor
    const causes = byOrder.get(order) ?? []
    byOrder.set(order, causes)
    causes.push({ kind: 'group', group })
  }
  return byOrder
}
