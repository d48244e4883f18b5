/** What the anchor of a rule gives its expressions to name: a row before and after, or a group and its rows. */
import type { SourcePosition } from '../../../capture/row-change.ts'
import type { Table, TableName } from '../../../catalog/catalog.ts'
import { columnReaders } from '../../../expression/types/column-readers.ts'
import type { ColumnReader, Member, MembersType, RowType } from '../../../expression/types/expression-type.ts'
import type { Binding, Scope } from '../../../expression/types/scope.ts'
import type { NetChange } from '../../../transaction/net-change.ts'
import type { Value } from '../../../values/value.ts'
import { frameSlots } from '../../compiled-mapping.ts'
import type { PerPart, RowOperation } from '../../file/mapping-file.ts'
import type { CheckContext } from '../check-context.ts'

export interface AnchorNames {
  readonly bindings: ReadonlyMap<string, Binding>
  /** Names that exist in other rules, and why not here. */
  readonly absent: ReadonlyMap<string, string>
  readonly changed: Scope['changed']
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

export interface Anchor {
  readonly table: Table
  readonly operations: readonly RowOperation[]
  readonly per: PerPart
  /** Of a group; null where they have a mistake. */
  readonly columns: ReadonlyMap<string, ColumnReader> | null
}

export function anchorNames(context: CheckContext, anchor: Anchor): AnchorNames {
  const readers = columnReaders(anchor.table, context.surroundings.settings)
  const { per } = anchor
  return per.kind === 'group' ? groupNames(anchor, per, readers) : rowNames(anchor, readers)
}

type Readers = ReadonlyMap<string, ColumnReader>

function rowNames({ table, operations }: Anchor, columns: Readers): AnchorNames {
  const bindings = new Map<string, Binding>([['meta', meta(metaType)]])
  const absent = new Map([
    ['group', 'the rule has no `per: [columns]`'],
    ['rows', 'the rule has no `per: [columns]`'],
  ])
  for (const name of ['before', 'after', 'row'] as const) {
    const image = imageOn(operations, name)
    if (image.kind === 'absent') absent.set(name, image.why)
    else bindings.set(name, { slot: frameSlots[name], type: { kind: 'row', name, table, columns }, ...image.presence })
  }
  const isChange = (operation: RowOperation): boolean => operation === 'update' || operation === 'rekey'
  const row: RowType = { kind: 'row', name: 'after', table, columns }
  const both = { before: frameSlots.before, after: frameSlots.after, row }
  const compares = operations.some(isChange) && !operations.includes('truncate')
  return { bindings, absent, changed: compares ? both : null }
}

function groupNames(
  { table, operations, columns }: Anchor,
  per: Extract<PerPart, { kind: 'group' }>,
  readers: Readers,
): AnchorNames {
  const group: RowType = {
    kind: 'row',
    name: 'group',
    table,
    columns: columns ?? new Map(),
    declaredBy: { what: 'group', key: 'per' },
  }
  const rows = { kind: 'rows', row: netChangeType({ table, operations, columns: readers }) } as const
  const bindings = new Map<string, Binding>([['meta', meta(groupMetaType)]])
  if (columns !== null) bindings.set('group', { slot: frameSlots.group, type: group, nullable: false })
  bindings.set('rows', { slot: frameSlots.rows, type: rows, nullable: false })
  const common = per.columns.map(({ value }) => `group.${value}`).join(', ')
  const several = `the rule fires for a group of rows; use ${common}, or rows`
  const absent = new Map(['before', 'after', 'row', 'changed'].map((name) => [name, several]))
  return { bindings, absent, changed: null }
}

/** A net change of a row of a group. */
function netChangeType({
  table,
  operations,
  columns,
}: Pick<Anchor, 'table' | 'operations'> & { columns: Readers }): MembersType {
  const members = new Map<string, Member>([
    ['op', { type: { kind: 'enum', values: operations }, nullable: false, read: (change) => (change as NetChange).op }],
  ])
  const absent = new Map<string, string>()
  for (const name of ['before', 'after'] as const) {
    const image = imageOn(operations, name)
    if (image.kind === 'absent') absent.set(name, image.why)
    else {
      const type: RowType = { kind: 'row', name, table, columns }
      // Rows go into expressions as they are: the type of the member says so.
      members.set(name, { type, ...image.presence, read: (change) => (change as NetChange)[name] as unknown as Value })
    }
  }
  return { kind: 'members', name: `net changes of ${table.name}`, members, absent }
}

type ImageName = 'before' | 'after' | 'row'

type Image =
  | { readonly kind: 'present'; readonly presence: { readonly nullable: boolean; readonly whyNull?: string } }
  | { readonly kind: 'absent'; readonly why: string }

/** Operations that do not have the image, and what there is in its place. */
const lacks: Readonly<Record<ImageName, { readonly on: readonly RowOperation[]; readonly instead: ImageName | null }>> =
  {
    before: { on: ['insert', 'truncate'], instead: 'after' },
    after: { on: ['delete', 'truncate'], instead: 'before' },
    row: { on: ['truncate'], instead: null },
  }

function imageOn(operations: readonly RowOperation[], name: ImageName): Image {
  const { on, instead } = lacks[name]
  const lacking = operations.filter((operation) => on.includes(operation))
  const [first] = lacking
  if (first === undefined) return { kind: 'present', presence: { nullable: false } }
  if (lacking.length < operations.length) {
    return { kind: 'present', presence: { nullable: true, whyNull: `is null on ${first}` } }
  }
  if (first === 'truncate' || instead === null) return { kind: 'absent', why: `a ${first} has no rows` }
  return { kind: 'absent', why: `a rule on ${first} has no row ${name}; use ${instead}` }
}

const meta = (type: MembersType): Binding => ({ slot: frameSlots.meta, type, nullable: false })

const member = (type: 'timestamp' | 'string' | 'bool', read: (meta: Meta) => Value): Member => ({
  type: { kind: type },
  nullable: false,
  read: (target) => read(target as Meta),
})

const groupMetaType: MembersType = {
  kind: 'members',
  name: 'meta',
  members: new Map([
    ['ts', member('timestamp', ({ committedAtUs }) => committedAtUs)],
    ['table', member('string', ({ table }) => table)],
    ['snapshot', member('bool', (meta) => meta.snapshot)],
    ['txId', member('string', ({ transactionKey }) => transactionKey)],
    ['position', member('string', ({ position }) => position)],
  ]),
  absent: new Map([['op', 'each of the rows of a group has its own: r.op']]),
}

const metaType: MembersType = {
  kind: 'members',
  name: 'meta',
  members: new Map([...groupMetaType.members, ['op', member('string', ({ op }) => op)]]),
}
