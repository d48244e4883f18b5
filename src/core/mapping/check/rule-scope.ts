/** What the expressions of a rule can name: rows, meta, `with` aliases, lets, codes, look-ups. */
import type { Table, TableName } from '../../catalog/catalog.ts'
import { columnReaders } from '../../expression/column-readers.ts'
import type { MembersType, RowType } from '../../expression/expression-type.ts'
import type { Binding, CodeTable, Frame, Lookup, Scope } from '../../expression/scope.ts'
import type { Typed } from '../../expression/typed.ts'
import type { SourcePosition } from '../../capture/row-change.ts'
import type { Value } from '../../values/value.ts'
import { firstFreeSlot, frameSlots } from '../compiled-mapping.ts'
import type { RowOperation, WithPart } from '../file/mapping-file.ts'
import type { CheckContext } from './check-context.ts'
import type { Lookups } from './check-lookups.ts'
import { namesIn } from '../../expression/check/walk-nodes.ts'

/** The code tables of a mapping; of those with a mistake, the names alone. */
export interface CodeTables {
  readonly tables: ReadonlyMap<string, CodeTable>
  readonly mistaken: ReadonlySet<string>
}

/** What every rule of a file can call. */
export interface FileNames {
  readonly codes: CodeTables
  readonly lookups: Lookups
}

/** What `meta` reads. */
export interface Meta {
  readonly committedAtUs: bigint
  readonly op: RowOperation
  readonly table: TableName
  readonly transactionKey: string
  readonly position: SourcePosition
  /** The row was there before anything was streamed. */
  readonly snapshot: boolean
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
    ['snapshot', member('bool', (meta) => meta.snapshot)],
    ['txId', member('string', (meta) => meta.transactionKey)],
    ['position', member('string', (meta) => meta.position)],
  ]),
}

type ImageName = 'before' | 'after' | 'row'

interface ImageRule {
  readonly operations: readonly RowOperation[]
  /** Operations that do not have the image. */
  readonly without: readonly RowOperation[]
  readonly instead: ImageName | null
}

/** Grows while a rule is checked: aliases first, then lets, each of which may use those before it. */
export class RuleScope {
  private readonly bindings = new Map<string, Binding>()
  private readonly absent = new Map<string, string>()
  private readonly lets = new Map<string, Typed>()
  private readonly mistaken = new Set<string>()
  /** Aliases of `with`, and lets that read one of them. */
  private readonly joined = new Set<string>()
  private readonly codes: ReadonlyMap<string, CodeTable>
  private readonly lookups: ReadonlyMap<string, Lookup>
  private readonly keys: ReadonlyMap<string, Uint8Array>
  private changedRows: Scope['changed'] = null
  readonly letSlots: number[] = []
  slots = firstFreeSlot

  constructor({ codes, lookups }: FileNames, keys: ReadonlyMap<string, Uint8Array>) {
    this.codes = codes.tables
    this.lookups = lookups.sound
    for (const name of [...codes.mistaken, ...lookups.mistaken]) this.mistaken.add(name)
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
      lookups: this.lookups,
      repeats: 1,
      mistaken: this.mistaken,
      changed: this.changedRows,
      keys: this.keys,
      takeSlot: () => this.slots++,
    }
  }

  /** The anchor's rows, as far as the operations have them. */
  addAnchor(context: CheckContext, table: Table, operations: readonly RowOperation[]): void {
    const columns = columnReaders(table, context.surroundings.settings)
    const row = (name: string): RowType => ({ kind: 'row', name, table, columns })
    this.addImage(row('before'), { operations, without: ['insert', 'truncate'], instead: 'after' })
    this.addImage(row('after'), { operations, without: ['delete', 'truncate'], instead: 'before' })
    this.addImage(row('row'), { operations, without: ['truncate'], instead: null })
    const isChange = (operation: RowOperation): boolean => operation === 'update' || operation === 'rekey'
    if (operations.every(isChange)) {
      this.changedRows = { before: frameSlots.before, after: frameSlots.after, row: row('after') }
    }
  }

  private addImage(row: RowType, { operations, without, instead }: ImageRule): void {
    const name = row.name as ImageName
    const lacking = operations.filter((operation) => without.includes(operation))
    const [first] = lacking
    if (first === undefined) this.bindings.set(name, { slot: frameSlots[name], type: row, nullable: false })
    else if (lacking.length < operations.length) {
      const whyNull = `is null on ${first}`
      this.bindings.set(name, { slot: frameSlots[name], type: row, nullable: true, whyNull })
    } else if (first === 'truncate' || instead === null) this.absent.set(name, `a ${first} has no rows`)
    else this.absent.set(name, `a rule on ${first} has no row ${name}; use ${instead}`)
  }

  addAlias(alias: string, row: RowType, rows: WithPart['rows']): number {
    const slot = this.slots++
    this.joined.add(alias)
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
    if (this.readsJoined(typed)) this.joined.add(name)
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

  /** Takes a name whose definition has a mistake. */
  addMistaken(name: string): void {
    this.mistaken.add(name)
  }

  /** Whether an expression reads rows of `with`, by itself or through a let. */
  readsJoined({ node }: Typed): boolean {
    return [...namesIn(node)].some((name) => this.joined.has(name))
  }

  has(name: string): boolean {
    return [this.bindings, this.lets, this.codes, this.lookups, this.mistaken].some((names) => names.has(name))
  }
}
