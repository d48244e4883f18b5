/** Checks and compiles an expression in one walk: every part gets a type, its nullability and a closure. */
import { whyUnreadable } from '../../capture/decode/postgres-columns.ts'
import type { RowImage } from '../../capture/image/row-image.ts'
import { imageOf } from '../../capture/image/value-image.ts'
import { suggestion } from '../../diagnostics/nearest-name.ts'
import type { Value } from '../../values/value.ts'
import { callFunction } from './call.ts'
import { zeroDateHint } from '../types/zero-dates.ts'
import { type ColumnReader, describeType, type RowType } from '../types/expression-type.ts'
import { functions } from '../functions/index.ts'
import { compileList, compileMacro } from './lists.ts'
import { literalType, literalValue } from '../types/literals.ts'
import { type Certain, certainAfter, pathOf, withCertain, withoutName } from '../syntax/narrowing.ts'
import type { PartCompiler } from './part-compiler.ts'
import { binary, conditional, unary } from './operators.ts'
import type { Reporter } from '../syntax/reporter.ts'
import type { Binding, Frame, Scope } from '../types/scope.ts'
import type { Node } from '../syntax/syntax.ts'
import { inherited, type Typed } from '../types/typed.ts'

type NodeOf<K extends Node['kind']> = Extract<Node, { kind: K }>

/** Null stands for a part with a mistake that has been reported. */
export class Elaborator implements PartCompiler {
  readonly reporter: Reporter
  readonly scope: Scope
  private readonly certain: Certain
  /** A column whose zero dates are spoken of. */
  private readonly zeroDatesOf: Node | undefined

  constructor(reporter: Reporter, scope: Scope, certain: Certain = scope.certain ?? new Set(), zeroDatesOf?: Node) {
    this.reporter = reporter
    this.scope = scope
    this.certain = certain
    this.zeroDatesOf = zeroDatesOf
  }

  within({ scope, hidden }: { readonly scope: Scope; readonly hidden: string }): Elaborator {
    return new Elaborator(this.reporter, scope, withoutName(this.certain, hidden))
  }

  allowingZeroDates(of: Node | undefined): Elaborator {
    return new Elaborator(this.reporter, this.scope, this.certain, of)
  }

  /** The same walk where a condition has said something about null. */
  private where(condition: Node, outcome: boolean): Elaborator {
    const certain = certainAfter(condition, outcome)
    return certain.length === 0 ? this : new Elaborator(this.reporter, this.scope, withCertain(this.certain, certain))
  }

  compile(node: Node): Typed | null {
    switch (node.kind) {
      case 'literal':
        return literal(node)
      case 'name':
        return this.name(node)
      case 'select':
        return this.select(node)
      case 'call':
        return callFunction(this, node)
      case 'list':
        return compileList(this, node)
      case 'macro':
        return compileMacro(this, node)
      case 'unary': {
        const operand = this.compile(node.operand)
        return operand === null ? null : unary(this.reporter, node, operand)
      }
      case 'binary':
        return this.binary(node)
      case 'conditional':
        return this.conditional(node)
    }
  }

  compileAll(nodes: readonly Node[]): Typed[] | null {
    const parts = nodes.map((node) => this.compile(node))
    return parts.every((part) => part !== null) ? parts : null
  }

  private binary(node: NodeOf<'binary'>): Typed | null {
    const { operator } = node
    const left = this.compile(node.left)
    const lazy = operator === '&&' || operator === '||'
    const side = lazy ? this.where(node.left, operator === '&&') : this
    const sought = operator === 'in' ? left : null
    const right = node.right.kind === 'list' ? compileList(side, node.right, sought) : side.compile(node.right)
    return left === null || right === null ? null : binary(this.reporter, node, left, right)
  }

  private conditional(node: NodeOf<'conditional'>): Typed | null {
    const test = this.compile(node.test)
    const yes = this.where(node.test, true).compile(node.yes)
    const no = this.where(node.test, false).compile(node.no)
    if (test === null || yes === null || no === null) return null
    return conditional(this.reporter, node, { test, yes, no })
  }

  private name(node: NodeOf<'name'>): Typed | null {
    const { scope } = this
    const named = scope.lets.get(node.name)
    if (named !== undefined) return this.narrowed({ ...named, node, literal: null })
    const binding = scope.bindings.get(node.name)
    if (binding !== undefined) return this.narrowed(bound(node, binding))
    if (scope.mistaken?.has(node.name) === true) return null
    const absent = scope.absent.get(node.name)
    if (absent !== undefined) {
      return this.reporter.complain('FW2107', node, { message: `${node.name} is not here: ${absent}` })
    }
    const message = `nothing here is called '${node.name}'`
    return this.reporter.complain('FW2102', node, { message, hint: this.otherName(node.name) })
  }

  /** What was probably meant: a column without its row, a function without its argument, a text without its quotes. */
  private otherName(name: string): string {
    const { bindings, lets, codes, lookups, offered = [] } = this.scope
    const rows = [...bindings].flatMap(([row, { type }]) =>
      type.kind === 'row' && type.columns.has(name) ? [row] : [],
    )
    const row = rows.includes('after') ? 'after' : rows[0]
    if (row !== undefined) return `did you mean "${row}.${name}"?`
    if (codes.has(name) || lookups.has(name) || functions.has(name)) return `did you mean "${name}(…)"?`
    if (/^[A-Z0-9_]+$/.test(name)) return `a text stands in quotes: '${name}'`
    return suggestion(name, new Set([...bindings.keys(), ...lets.keys(), ...offered.filter((other) => other !== name)]))
  }

  private select(node: NodeOf<'select'>): Typed | null {
    const target = this.compile(node.target)
    if (target === null) return null
    const range = { start: node.memberStart, end: node.memberEnd }
    if (target.type.kind === 'row') return this.column(node, target, target.type)
    if (target.type.kind === 'members') {
      const member = target.type.members.get(node.member)
      if (member === undefined) {
        const absent = target.type.absent?.get(node.member)
        if (absent !== undefined) {
          return this.reporter.complain('FW2107', range, { message: `${node.member} is not here: ${absent}` })
        }
        const message = `${target.type.name} has no '${node.member}'`
        return this.reporter.complain('FW2102', range, {
          message,
          hint: suggestion(node.member, target.type.members.keys()),
        })
      }
      const { evaluate } = target
      const { type, nullable, whyNull: why } = member
      return this.narrowed({
        ...target,
        node,
        type,
        nullable,
        whyNull: !nullable
          ? null
          : why === undefined
            ? `${node.member} may be null`
            : `${this.reporter.text(node)} ${why}`,
        evaluate: (frame) => member.read(evaluate(frame)),
      })
    }
    const message = `cannot select '${node.member}' from ${describeType(target.type, target.nullable)}`
    return this.reporter.complain('FW2201', node, { message })
  }

  private column(node: NodeOf<'select'>, target: Typed, row: RowType): Typed | null {
    const range = { start: node.memberStart, end: node.memberEnd }
    const reader = row.columns.get(node.member)
    if (reader === undefined) {
      const column = row.table.columns.find(({ name }) => name === node.member)
      if (column !== undefined && row.declaredBy !== undefined) {
        const { what, key } = row.declaredBy
        const declared = [...row.columns.keys()].join(', ')
        const message = `${what} does not have '${column.name}' among its columns`
        return this.reporter.complain('FW2103', range, { message, hint: `${key}: [${declared}, ${column.name}]` })
      }
      if (column !== undefined) {
        const message = `${row.table.name}.${column.name} ${whyUnreadable(column)}`
        return this.reporter.complain('FW2106', range, { message })
      }
      return this.reporter.complain('FW2103', range, {
        message: `no column '${node.member}' in ${row.table.name}`,
        hint: suggestion(
          node.member,
          row.table.columns.map(({ name }) => name),
        ),
      })
    }
    const place = `${row.table.name}.${node.member}`
    const text = this.reporter.text(node)
    if (reader.column.zeroDates === true && this.zeroDatesOf !== node) {
      const message = `${place} may hold 0000-00-00, which arrives as the beginning of 1970`
      return this.reporter.complain('FW2221', node, { message, hint: zeroDateHint(text, reader.type) })
    }
    const whyNull = target.nullable ? target.whyNull : `${text} is nullable`
    // Rows stand in the frame as they are, though a Value is what an expression gives: the type `row` says so.
    const rowOf = target.evaluate as unknown as (frame: Frame) => RowImage | null
    const evaluate = target.nullable ? readIfThere(rowOf, reader.read) : readAlways(rowOf, reader.read)
    return this.narrowed({
      node,
      type: reader.type,
      nullable: target.nullable || reader.nullable,
      whyNull: target.nullable || reader.nullable ? whyNull : null,
      reads: new Set([...target.reads, place]),
      personalData: reader.column.pii === undefined ? target.personalData : new Set([...target.personalData, place]),
      failure: 'column',
      literal: null,
      origin: { column: reader.column, place },
      evaluate,
    })
  }

  /** A path that a condition around has proven not to be null. */
  private narrowed(typed: Typed): Typed {
    if (!typed.nullable) return typed
    const path = pathOf(typed.node)
    return path !== null && this.certain.has(path) ? { ...typed, nullable: false, whyNull: null } : typed
  }
}

type RowReader = ColumnReader['read']

const noColumns = imageOf({})

const readIfThere =
  (rowOf: (frame: Frame) => RowImage | null, read: RowReader) =>
  (frame: Frame): Value => {
    const row = rowOf(frame)
    return row === null ? null : read(row)
  }

/** The check has proven that the row is there. */
const readAlways =
  (rowOf: (frame: Frame) => RowImage | null, read: RowReader) =>
  (frame: Frame): Value =>
    read(rowOf(frame) ?? noColumns)

function literal(node: NodeOf<'literal'>): Typed {
  const value = literalValue(node)
  return {
    node,
    ...inherited([]),
    type: literalType(node.value, node.text),
    nullable: node.value === null,
    whyNull: node.value === null ? 'null is null' : null,
    literal: { value: node.value, text: node.text },
    constant: true,
    evaluate: () => value,
  }
}

function bound(node: NodeOf<'name'>, binding: Binding): Typed {
  const { slot, type, nullable } = binding
  return {
    node,
    ...inherited([]),
    ...(binding.personalData === undefined ? {} : { personalData: binding.personalData }),
    type,
    nullable,
    whyNull: nullable ? `${node.name} ${binding.whyNull ?? 'may be null'}` : null,
    literal: null,
    // Rows and lists stand in the frame as they are; what reads them knows their type.
    evaluate: (frame) => frame[slot] as Value,
  }
}
