/** Personal data leaves in an event only where the mapping says so. */
import type { Reporter } from '../../expression/syntax/reporter.ts'
import type { Typed } from '../../expression/types/typed.ts'

/** Says which column would leave, and where. */
export function refusePersonalData(reporter: Reporter, typed: Typed, where: string): void {
  const [column] = typed.personalData
  if (column === undefined) return
  reporter.complain('FW2220', typed.node, {
    message: `${column} is personal data, and would leave in ${where}`,
    hint: 'use pseudonym() or mask(x, 4), or {expr, allowPii: "reason"} for a field',
  })
}
