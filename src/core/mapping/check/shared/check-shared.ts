/** What the rules of a file share: that its names are its own, and that what is used is there. */
import { suggestion } from '../../../diagnostics/nearest-name.ts'
import { parsedSource } from '../../../expression/syntax/parsed-source.ts'
import { freeNames, walkNodes } from '../../../expression/syntax/walk-nodes.ts'
import type { Place } from '../../../diagnostics/problem.ts'
import type { Findings } from '../../file/findings.ts'
import type { EventPart, MappingFile, RulePart, SharedLet } from '../../file/mapping-file.ts'
import { sharedNames } from '../../file/names.ts'
import { writtenOut } from './written-out.ts'

/** The file written out; the mistakes that are made in sharing are reported. */
export function checkShared(findings: Findings, file: MappingFile): MappingFile {
  for (const { publish } of file.rules) {
    for (const part of publish) if (part.kind === 'event') checkUse(findings, file, part)
  }
  const rules = file.rules.map((rule) => withoutHiding(findings, file, rule))
  return writtenOut({ ...file, rules, shared: { ...file.shared, let: soundLets(findings, file) } })
}

/** A name means one thing in the whole file: what has that of a shared let has a mistake, and nothing else is said of it. */
function withoutHiding(findings: Findings, { shared }: MappingFile, rule: RulePart): RulePart {
  const isTaken = (name: string, part: { readonly namePlace: Place } | null): boolean => {
    if (!shared.let.has(name)) return false
    if (part !== null) findings.complain('FW2313', part.namePlace, { message: `'${name}' is taken: ${ofShared}` })
    return true
  }
  const aliases = [...rule.with].map(([name, part]) => [name, isTaken(name, part) ? null : part] as const)
  const lets = [...rule.let].map(
    ([name, part]) => [name, isTaken(name, part) ? { ...part, expression: null } : part] as const,
  )
  return { ...rule, with: new Map(aliases), let: new Map(lets) }
}

const ofShared = 'it is a let under shared'

/** Each has a name of its own, and may name those before it. Of one that has a mistake in that, nothing else is said. */
function soundLets(findings: Findings, { shared, codes, lookups }: MappingFile): MappingFile['shared']['let'] {
  const names = [...shared.let.keys()]
  return new Map(
    [...shared.let].map(([name, part], at): [string, SharedLet] => {
      const isTaken = codes.has(name) || lookups.has(name)
      if (isTaken) findings.complain('FW2313', part.namePlace, { message: `'${name}' is taken: ${sharedNames}` })
      const isSound = !isTaken && namesNoLater(findings, part, new Set(names.slice(at)))
      return [name, isSound ? part : { ...part, expression: null }]
    }),
  )
}

function namesNoLater(findings: Findings, { expression }: SharedLet, later: ReadonlySet<string>): boolean {
  const node = parsedSource(expression)
  if (expression === null || node === null) return true
  let isSound = true
  const names = freeNames(node)
  walkNodes(node, (part) => {
    if (part.kind !== 'name' || !later.has(part.name) || !names.has(part.name)) return
    const message = `${part.name} is not here: a let may name those above it`
    findings.complain('FW2107', expression.place(part.start, part.end), { message })
    isSound = false
  })
  return isSound
}

function checkUse(findings: Findings, { shared }: MappingFile, { use, fields }: EventPart): void {
  const groupOf = new Map<string, string>()
  for (const { value: group, place } of use ?? []) {
    if (!shared.fields.has(group)) {
      const message = `there are no shared fields '${group}'`
      findings.complain('FW2337', place, { message, hint: suggestion(group, shared.fields.keys()) })
    }
    for (const name of shared.fields.get(group)?.fields.keys() ?? []) {
      const other = groupOf.get(name)
      if (other === undefined) groupOf.set(name, group)
      else if (other !== group)
        findings.complain('FW2313', place, { message: `'${name}' is a field of ${other} already, and of ${group}` })
    }
  }
  for (const [name, { namePlace }] of fields) {
    const group = groupOf.get(name)
    if (group === undefined) continue
    findings.complain('FW2313', namePlace, { message: `'${name}' is a field of ${group}, which the event uses` })
  }
}
