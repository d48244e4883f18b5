/** Fixtures from dead letters: each failed input as a test case that expects the failure. */
import type { CaseWriting } from '../../../core/mapping/fixtures/captured/captured-case.ts'
import { keptTransaction } from '../../../core/mapping/fixtures/captured/kept-transaction.ts'
import { Masks } from '../../../core/mapping/fixtures/captured/masked-cells.ts'
import { runFixtures } from '../../../core/mapping/fixtures/run-fixtures.ts'
import { flowText, yamlName } from '../../../core/shape/yaml/yaml-text.ts'
import { ValueError } from '../../../core/values/value-error.ts'
import type { DeadLetter } from '../../observe/dead-letters.ts'
import { soundMapping } from '../preview/mapping-on-log.ts'
import { fixtureSubjects } from '../test-project.ts'
import type { CheckedProject } from '../validate-project.ts'
import { givenCase } from './fixtures-of-capture.ts'

export interface ExportedLetter extends Pick<DeadLetter, 'id' | 'mapping' | 'at' | 'class'> {
  /**
   * `fails`: by the files of the project it fails as it did; `differs`: something else comes of it, for they are others,
   * or a mask hides the value; `left`: not written, for the letter does not tell enough of its rows.
   */
  readonly outcome: 'fails' | 'differs' | 'left'
}

export interface LettersOfMapping {
  readonly mapping: string
  /** The whole file; null: no letter of the mapping gives a case. */
  readonly text: string | null
  readonly letters: readonly ExportedLetter[]
}

/** Personal data is masked. Raises `UNKNOWN_NAME` and `INVALID_PROJECT` for a mapping that the project has not. */
export function fixturesOfLetters(
  checked: CheckedProject,
  letters: readonly DeadLetter[],
): readonly LettersOfMapping[] {
  const subjects = fixtureSubjects(checked)
  return [...Map.groupBy(letters, ({ mapping }) => mapping)].map(([name, own]) => {
    const { mapping, surroundings } = soundMapping(checked, name)
    const { settings } = surroundings
    const writing: CaseWriting = { mapping, settings, reads: mapping.reads, masks: new Masks() }
    const head = headOf(mapping.name)
    const cases = own.map((letter) => ({ letter, text: caseOf(letter, writing) }))
    const text = `${head}${cases.flatMap(({ text: one }) => one ?? []).join('\n')}`
    const told = cases.map(({ letter, text: one }): ExportedLetter => {
      const { id, mapping: of, at } = letter
      const outcome = one === null ? 'left' : holds(head + one, subjects) ? 'fails' : 'differs'
      return { id, mapping: of, at, class: letter.class, outcome }
    })
    return { mapping: name, text: cases.every(({ text: one }) => one === null) ? null : text, letters: told }
  })
}

const headOf = (mapping: string): string =>
  `# From dead letters: each expects the failure, until the mapping is corrected; personal data is masked.
mapping: ${yamlName(mapping)}
tests:
`

/** The ends of two ids that are so long alike are never met. */
const idLength = 13

function caseOf({ id, at, input, ...letter }: DeadLetter, writing: CaseWriting): string | null {
  if (input === null) return null
  const name = `${at} fails with ${letter.class} (dead letter ${id.slice(0, idLength)})`
  const expect = `{error: ${letter.class}, at: ${flowText(at)}}`
  try {
    return givenCase(writing, { ...keptTransaction(input, writing.mapping), said: { name, expect } })
  } catch (error) {
    if (error instanceof ValueError) return null
    throw error
  }
}

function holds(text: string, subjects: ReturnType<typeof fixtureSubjects>): boolean {
  const { cases, problems } = runFixtures({ text, file: '' }, subjects)
  return problems.length === 0 && cases.every(({ outcome }) => outcome === 'passed')
}
