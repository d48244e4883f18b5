/** What can be known before anything runs: comparisons with values that never come, constants that always fail. */
import { suggestion } from '../../diagnostics/nearest-name.ts'
import { ValueError } from '../../values/value-error.ts'
import { bringing } from '../types/comparison.ts'
import type { Reporter } from '../syntax/reporter.ts'
import type { Node } from '../syntax/syntax.ts'
import type { Typed } from '../types/typed.ts'

/**
 * A literal beside an enum that does not have it is refused: the comparison could never hold. Beside a column whose CHECK
 * does not have it, it is warned of.
 */
export function refuseImpossible(reporter: Reporter, literal: Typed, other: Typed): boolean {
  const value = literal.literal?.value
  if (typeof value === 'string' && other.type.kind === 'enum') {
    const { values } = other.type
    if (values.includes(value)) return false
    const message = `${reporter.text(other.node)} is never '${value}'`
    reporter.complain('FW2214', literal.node, { message, hint: suggestion(value, values) })
    return true
  }
  if (typeof value === 'string' || typeof value === 'bigint') warnOfRuledOut(reporter, literal, other)
  return false
}

function warnOfRuledOut(reporter: Reporter, { literal, node }: Typed, { origin, type }: Typed): void {
  const values = origin?.column.values?.map((known) => known.trimEnd())
  if (values === undefined || origin === undefined) return
  const bring = bringing(type)
  const written = String(literal?.value ?? '').trimEnd()
  if (values.some((known) => bring(known) === bring(written))) return
  const message = `${origin.place} is never ${reporter.text(node)}, by its CHECK in the catalog`
  const sameLetters = values.find((known) => known.toLowerCase() === written.toLowerCase())
  const hint = sameLetters === undefined ? `have ${values.join(', ')}` : `did you mean '${sameLetters}'?`
  reporter.complain('FW2218', node, { message, hint })
}

/** Whether evaluating a constant raises, which is reported. */
export function neverGives(reporter: Reporter, constant: Pick<Typed, 'node' | 'evaluate'>): boolean {
  try {
    constant.evaluate([])
    return false
  } catch (error) {
    if (!(error instanceof ValueError)) throw error
    neverSucceeds(reporter, constant.node, error)
    return true
  }
}

export function neverSucceeds(reporter: Reporter, node: Node, { message, errorClass }: ValueError): null {
  const written = reporter.text(node)
  return reporter.complain('FW2217', node, { message: `${written} always fails: ${message} (${errorClass})` })
}
