/** The look-ups of one firing: each asks for a key once, and what was found stands in the failure of the firing. */
import type { RowImage } from '../../capture/image/row-image.ts'
import type { RowIndex, RowsAtHand } from '../../rows/rows-at-hand.ts'
import type { CarriedAnswer } from '../../held/carried-input.ts'
import { ValueError } from '../../values/value-error.ts'

/** What expressions read: a row, a list of rows, or the rows of a record's members. */
export type Found = RowImage | readonly RowImage[] | ReadonlyMap<string, RowImage> | null

/** A look-up by an index. */
export interface Question {
  readonly name: string
  readonly index: RowIndex
  /** `all`: rows that are not known make a difference, even where one is found. */
  readonly wants: 'one' | 'all'
  /** Raises ValueError `missingRow` and `rowCount`. */
  readonly make: (rows: readonly RowImage[]) => Found
  /** What is found for a key that is null. */
  readonly nothing: Found
}

interface Answer {
  readonly rows: readonly RowImage[]
  /** Undefined: they were refused. */
  found: Found | undefined
}

/** Of all look-ups of a firing together: so many rows stand in its failure. */
const shownRowsMax = 1_000

export class LookedUp {
  private readonly rows: RowsAtHand
  /** Most firings look nothing up. */
  private known: Map<Question, Map<string, Answer>> | null = null
  private shown: Map<string, Set<RowImage>> | null = null
  private shownRows = 0
  /** Names of the questions that found nothing, once or more often. */
  private unanswered: Set<string> | null = null

  constructor(rows: RowsAtHand) {
    this.rows = rows
  }

  /** Raises ValueError of the question and of RowsAtHand. */
  find(question: Question, key: string | null): Found {
    if (key === null) {
      this.miss(question)
      return question.nothing
    }
    this.known ??= new Map()
    const known = this.known.get(question) ?? new Map<string, Answer>()
    this.known.set(question, known)
    const before = known.get(key)
    if (before?.found !== undefined) return before.found
    const rows = this.rowsFor(question, key)
    if (!this.rows.knowsAll(question.index.table) && (question.wants === 'all' || rows.length === 0)) {
      throw new ValueError('unavailable', `no snapshot has shown which rows ${question.index.table} has`)
    }
    this.show(question.name, rows)
    if (rows.length === 0) this.miss(question)
    const answer: Answer = { rows, found: undefined }
    known.set(key, answer)
    answer.found = question.make(rows)
    return answer.found
  }

  private miss({ name }: Question): void {
    this.unanswered ??= new Set()
    this.unanswered.add(name)
  }

  /** Which look-ups were asked so far and found rows, whatever `where` made of them, and which found none. */
  outcomes(): { readonly found: readonly string[]; readonly none: readonly string[] } {
    const found = [...(this.shown ?? [])].filter(([, rows]) => rows.size > 0).map(([name]) => name)
    return { found, none: [...(this.unanswered ?? [])] }
  }

  /** A list is what is left. One row that the transaction deletes is still what others refer to. */
  private rowsFor({ index, wants }: Question, key: string): readonly RowImage[] {
    const rows = this.rows.find(index, key)
    return wants === 'one' && rows.length === 0 ? this.rows.deleted(index, key) : rows
  }

  private show(name: string, rows: readonly RowImage[]): void {
    this.shown ??= new Map()
    const shown = this.shown.get(name) ?? new Set<RowImage>()
    this.shown.set(name, shown)
    for (const row of rows) {
      if (this.shownRows >= shownRowsMax) return
      if (shown.has(row)) continue
      shown.add(row)
      this.shownRows += 1
    }
  }

  /** All that was answered so far, each index and key once. */
  answers(): readonly CarriedAnswer[] {
    const answers = [...(this.known ?? [])].flatMap(([{ index }, byKey]) =>
      [...byKey].map(([key, { rows }]) => ({ index: index.id, key, rows })),
    )
    return [...new Map(answers.map((answer) => [`${answer.index}\0${answer.key}`, answer])).values()]
  }

  /** The rows that were found, by the name of the look-up, whatever `where` and bounds made of them. */
  found(): Readonly<Record<string, readonly RowImage[]>> {
    return Object.fromEntries([...(this.shown ?? [])].map(([name, rows]) => [name, [...rows]]))
  }
}
