/** The slices of a session: each is closed and sent when the one before it is visible. */
import type { AwaitedTables } from '../../../core/translation/revisions/mappings-waiting.ts'
import type { SourceTranslation } from '../../../core/translation/source-translation.ts'
import type { SessionParts } from '../session/session-parts.ts'
import type { SessionOutput } from './session-output.ts'
import type { SliceSender } from './slice-sender.ts'

type Told = Pick<SessionParts, 'source' | 'log' | 'report' | 'onStep'>

export class SessionSlices {
  private readonly told: Told
  private readonly translation: SourceTranslation
  private readonly output: SessionOutput
  /** What was told of it. */
  private awaited: AwaitedTables | null = null

  constructor(told: Told, { translation, output }: { translation: SourceTranslation; output: SessionOutput }) {
    this.told = told
    this.translation = translation
    this.output = output
  }

  /** Closes the slice at hand, whatever it says. Raises what has failed before. */
  async send(): Promise<void> {
    this.tellAwaited()
    await this.sender.send(() => {
      const slice = this.translation.take()
      this.told.onStep?.('before-slice')
      return slice
    })
  }

  /** Behind it everything that was translated is visible, and nothing is in flight. Raises what has failed. */
  async settle(): Promise<void> {
    if (this.translation.moved) await this.send()
    await this.sender.settle()
  }

  /** A batch was translated: output waits no longer than it must. */
  gathered(): void {
    this.sender.gathered(this.translation.hasOutput ? 'some' : 'none')
  }

  /** Whether the slice at hand should go out now. */
  get isDue(): boolean {
    const { moved, hasOutput } = this.translation
    return this.sender.isDue({ moved, output: hasOutput ? 'some' : 'none' })
  }

  /** Of the publisher at hand: another one follows a large transaction. */
  get sender(): SliceSender {
    return this.output.sender
  }

  /** Which mappings wait for rows, once for each change of it. */
  tellAwaited(): void {
    const { awaited } = this.translation
    if (awaited === this.awaited) return
    this.awaited = awaited
    const { source, log, report } = this.told
    report.rows.awaits(awaited)
    for (const [mapping, tables] of awaited) {
      log.warn('a mapping waits until a snapshot has shown all rows of tables that it looks up', {
        source,
        mapping,
        tables: tables.join(', '),
      })
    }
  }
}
