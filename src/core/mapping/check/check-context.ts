/** What the checks of a mapping look things up in. */
import type { CaptureSettings } from '../../capture/connector/capture-settings.ts'
import type { Catalog, Table } from '../../catalog/catalog.ts'
import type { Contract } from '../../event/contract/contract.ts'
import { walkNodes } from '../../expression/syntax/walk-nodes.ts'
import { compileExpression } from '../../expression/compile.ts'
import { type ExpressionSource, Reporter } from '../../expression/syntax/reporter.ts'
import type { Scope } from '../../expression/types/scope.ts'
import type { Typed } from '../../expression/types/typed.ts'
import type { RowIndex } from '../../rows/rows-at-hand.ts'
import type { Problem } from '../../diagnostics/problem.ts'
import type { ErrorClass } from '../../values/value-error.ts'
import { codeGaps } from './code-gaps.ts'
import { keysNamedIn } from './keys-named-in.ts'
import { NullFields } from './null-fields.ts'
import type { Findings } from '../file/findings.ts'

export interface MappingSurroundings {
  readonly catalog: Catalog
  readonly settings: CaptureSettings
  /** By `OrderPlaced.v1`. */
  readonly contracts: ReadonlyMap<string, Contract>
  /** Those whose file has a mistake, which has been reported: nothing more is said of them. */
  readonly mistakenContracts?: ReadonlySet<string>
  /** Text of a file beside the mapping, or null. */
  readonly codeFile: (path: string) => string | null
  readonly pseudonymKeys: ReadonlyMap<string, Uint8Array>
  /** Whether a topic is one of those that falsework keeps for itself, where no event may stand. */
  readonly isOwnTopic: (topic: string) => boolean
  /** Whether the row store keeps the rows of a table. */
  readonly keepsRows: (table: Table) => boolean
}

/** Compiles the expressions of one mapping and collects their mistakes beside those of the file. */
export class CheckContext {
  readonly surroundings: MappingSurroundings
  readonly findings: Findings
  /** The columns that the mapping reads: `public.orders.status`. */
  readonly reads = new Set<string>()
  /** By which its look-ups find rows, by id. */
  readonly indexes = new Map<string, RowIndex>()
  /** Pseudonym keys that the expressions compiled so far need. */
  readonly keysUsed = new Set<string>()
  /** Names in the expressions of the rule that is being checked. */
  readonly named = new Set<string>()
  /** What the expressions compiled so far call. */
  readonly called = new Set<string>()
  /** What the file declares in vain. */
  readonly unused: Problem[] = []
  readonly nullFields: NullFields
  /** The rule, or the event of a rule, in whose check a problem was found. */
  readonly foundIn = new Map<Problem, string>()
  /** Keys of what is published that cannot always be computed. */
  readonly failingKeys: Problem['place'][] = []
  /** Whether an event's contract has a mistake, which has been reported: no sound mapping can be made. */
  lacksContract = false

  constructor(surroundings: MappingSurroundings, findings: Findings, nullFieldClasses: ReadonlySet<ErrorClass>) {
    this.surroundings = surroundings
    this.findings = findings
    this.nullFields = new NullFields(nullFieldClasses)
  }

  compile(source: ExpressionSource, scope: Scope): Typed | null {
    const result = compileExpression(source, scope)
    if (result.kind === 'compiled') {
      this.add(result.warnings)
      for (const key of keysNamedIn(result.typed.node)) this.keysUsed.add(key)
      for (const { range, message } of codeGaps(result.typed.node, scope)) {
        this.findings.complain('FW2309', source.place(range.start, range.end), { message })
      }
      for (const column of result.typed.reads) this.reads.add(column)
      walkNodes(result.typed.node, (node) => {
        if (node.kind === 'name') this.named.add(node.name)
        if (node.kind === 'call') this.called.add(node.name)
      })
      return result.typed
    }
    this.add(result.problems)
    return null
  }

  /** Checks a rule, or an event of one, by its name; what is found in an event is not found in its rule as well. */
  within<T>(name: string, check: () => T): T {
    const before = this.findings.problems.length
    const result = check()
    for (const problem of this.findings.problems.slice(before)) {
      if (!this.foundIn.has(problem)) this.foundIn.set(problem, name)
    }
    return result
  }

  /** A reporter for an expression that has compiled: what is said of it further goes to the same list. */
  reporting<T>(source: ExpressionSource, check: (reporter: Reporter) => T): T {
    const reporter = new Reporter(source)
    const result = check(reporter)
    this.add(reporter.problems)
    return result
  }

  add(problems: readonly Problem[]): void {
    this.findings.problems.push(...problems)
  }
}

export const placeOf = (source: ExpressionSource) => source.place(0, source.text.length)
