/** What the expressions of a rule can name: rows, meta, `with` aliases, lets, codes. */
import type { Table, TableName } from '../../catalog/catalog.ts'
import { columnReaders } from '../../expression/column-readers.ts'
import type { MembersType, RowType } from '../../expression/expression-type.ts'
import type { Binding, CodeTable, Frame, Scope } from '../../expression/scope.ts'
import type { Typed } from '../../expression/typed.ts'
import type { SourcePosition } from '../../capture/row-change.ts'
import type { Value } from '../../values/value.ts'
import { firstFreeSlot, frameSlots } from '../compiled-mapping.ts'
import type { RowOperation, WithPart } from '../file/mapping-file.ts'
import type { CheckContext } from './check-context.ts'

/** What `meta` reads. */
export interface Meta {
  readonly committedAtUs: bigint
  readonly op: RowOperation
  readonly table: TableName
  readonly transactionKey: string
  readonly position: SourcePosition
}

const member = (
  type: 'timestamp' | 'string' | 'bool',
  read: (meta: Meta) => Value,
): MembersType['members'] extends ReadonlyMap<string, infer M> ? M : never => ({
  type: { kind: type },
  nullable: false,
  read: (target) => read(target as Meta),
})

const metaType: MembersType = {
  kind: 'members',
  name: 'meta',
  members: new Map([
    ['ts', member('timestamp', (meta) => meta.committedAtUs)],
    ['op', member('string', (meta) => meta.op)],
    ['table', member('string', (meta) => meta.table)],
    // Rules do not fire on snapshot rows in this version.
    ['snapshot', member('bool', () => false)],
    ['txId', member('string', (meta) => meta.transactionKey)],
    ['position', member('string', (meta) => meta.position)],
  ]),
}

/** Grows while a rule is checked: aliases first, then lets, each of which may use those before it. */
export class RuleScope {
  private readonly bindings = new Map<string, Binding>()
  private readonly absent = new Map<string, string>()
  private readonly lets = new Map<string, Typed>()
  private readonly codes: ReadonlyMap<string, CodeTable>
  private readonly keys: ReadonlyMap<string, Uint8Array>
  private changedRows: Scope['changed'] = null
  readonly letSlots: number[] = []
  slots = firstFreeSlot

  constructor(codes: ReadonlyMap<string, CodeTable>, keys: ReadonlyMap<string, Uint8Array>) {
    this.codes = codes
    this.keys = keys
    this.bindings.set('meta', { slot: frameSlots.meta, type: metaType, nullable: false })
    this.absent.set('group', 'the rule has no `per`')
    this.absent.set('rows', 'the rule has no `per`')
  }

  get scope(): Scope {
    return {
      bindings: this.bindings,
      lets: this.lets,
      absent: this.absent,
      codes: this.codes,
      changed: this.changedRows,
      keys: this.keys,
      takeSlot: () => this.slots++,
    }
  }

  /** The anchor's rows, as far as the operations have them. */
  addAnchor(context: CheckContext, table: Table, operations: readonly RowOperation[]): void {
    const columns = columnReaders(table, context.surroundings.settings)
    const row = (name: string): RowType => ({ kind: 'row', name, table, columns })
    const without = (...wanted: RowOperation[]): RowOperation | undefined =>
      operations.find((operation) => wanted.includes(operation))
    const noBefore = without('insert', 'truncate')
    const noAfter = without('delete', 'truncate')
    const only = operations.length === 1
    if (noBefore !== undefined && only) {
      this.absent.set('before', `a rule on ${noBefore} has no row before; use after`)
    } else {
      const whyNull = noBefore === undefined ? {} : { whyNull: `is null on ${noBefore}` }
      this.bindings.set('before', {
        slot: frameSlots.before,
        type: row('before'),
        nullable: noBefore !== undefined,
        ...whyNull,
      })
    }
    if (noAfter !== undefined && only) {
      this.absent.set('after', `a rule on ${noAfter} has no row after; use before`)
    } else {
      const whyNull = noAfter === undefined ? {} : { whyNull: `is null on ${noAfter}` }
      this.bindings.set('after', {
        slot: frameSlots.after,
        type: row('after'),
        nullable: noAfter !== undefined,
        ...whyNull,
      })
    }
    this.bindings.set('row', { slot: frameSlots.row, type: row('row'), nullable: false })
    if (noBefore === undefined && noAfter === undefined) {
      this.changedRows = { before: frameSlots.before, after: frameSlots.after, row: row('after') }
    }
  }

  addAlias(alias: string, row: RowType, rows: WithPart['rows']): number {
    const slot = this.slots++
    const named = { ...row, name: alias }
    if (rows.max > 1) this.bindings.set(alias, { slot, type: { kind: 'rows', row: named }, nullable: false })
    else {
      const nullable = rows.min === 0
      this.bindings.set(alias, {
        slot,
        type: named,
        nullable,
        ...(nullable ? { whyNull: `is declared ${rows.min}..${rows.max}` } : {}),
      })
    }
    return slot
  }

  addLet(name: string, typed: Typed): void {
    const slot = this.slots++
    this.letSlots.push(slot)
    const { evaluate } = typed
    const once = (frame: Frame): Value => {
      const known = frame[slot]
      if (known !== undefined) return known as Value
      const value = evaluate(frame)
      frame[slot] = value
      return value
    }
    const whyNull =
      typed.whyNull === null || typed.whyNull.startsWith(`${name} `)
        ? typed.whyNull
        : `${name} is null where ${typed.whyNull}`
    this.lets.set(name, { ...typed, literal: null, evaluate: once, whyNull })
  }

  has(name: string): boolean {
    return this.bindings.has(name) || this.lets.has(name) || this.codes.has(name)
  }
}
