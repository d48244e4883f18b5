/** What the expressions of a rule can name: rows, meta, `with` aliases, lets, codes, look-ups. */
import type { RowType } from '../../../expression/types/expression-type.ts'
import type { Binding, CodeTable, Frame, Lookup, Scope } from '../../../expression/types/scope.ts'
import type { Typed } from '../../../expression/types/typed.ts'
import type { Value } from '../../../values/value.ts'
import { firstFreeSlot } from '../../compiled-mapping.ts'
import type { WithPart } from '../../file/mapping-file.ts'
import type { AnchorNames } from './anchor-names.ts'
import type { Lookups } from '../lookups/check-lookups.ts'
import { namesIn } from '../../../expression/syntax/walk-nodes.ts'

/** The code tables of a mapping; of those with a mistake, the names alone. */
export interface CodeTables {
  readonly tables: ReadonlyMap<string, CodeTable>
  readonly mistaken: ReadonlySet<string>
}

/** What every rule of a file can call. */
export interface FileNames {
  readonly codes: CodeTables
  readonly lookups: Lookups
  /** The lets that the rules share, whether this rule names them or not. */
  readonly shared: ReadonlyMap<string, unknown>
}

/** What the anchor gives; it grows while a rule is checked: aliases first, then lets, each of which may use those before it. */
export class RuleScope {
  private readonly bindings: Map<string, Binding>
  private readonly absent: ReadonlyMap<string, string>
  private readonly lets = new Map<string, Typed>()
  private readonly mistaken = new Set<string>()
  /** Aliases of `with`, and lets that read one of them. */
  private readonly joined = new Set<string>()
  private readonly codes: ReadonlyMap<string, CodeTable>
  private readonly lookups: ReadonlyMap<string, Lookup>
  private readonly offered: readonly string[]
  private readonly keys: ReadonlyMap<string, Uint8Array>
  private readonly changedRows: Scope['changed']
  readonly letSlots: number[] = []
  slots = firstFreeSlot

  constructor(anchor: AnchorNames, { codes, lookups, shared }: FileNames, keys: ReadonlyMap<string, Uint8Array>) {
    this.codes = codes.tables
    this.lookups = lookups.sound
    this.offered = [...shared.keys()]
    for (const name of [...codes.mistaken, ...lookups.mistaken]) this.mistaken.add(name)
    this.keys = keys
    this.bindings = new Map(anchor.bindings)
    this.absent = anchor.absent
    this.changedRows = anchor.changed
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
      offered: this.offered,
      changed: this.changedRows,
      keys: this.keys,
      takeSlot: () => this.slots++,
    }
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
