/** What a slice in flight writes may be what is read next: it must be visible before. */
import { expect, it } from 'vitest'
import { decideLetters } from '../../../src/app/translate/output/decide-letters.ts'
import { releaseHeld } from '../../../src/app/translate/output/held-inputs.ts'
import type { SessionWork } from '../../../src/app/translate/session/session-work.ts'
import type { RawLog, RecordBatch } from '../../../src/ports/kafka/raw-log.ts'
import type { TopicReader } from '../../../src/ports/kafka/topic-reader.ts'
import { hastenedClock } from '../hastened-clock.ts'
import { names } from '../bench-project.ts'

/** Notes the steps in their order; one word is due, or a release. */
function work(due: 'letters' | 'release'): { readonly session: SessionWork; readonly steps: string[] } {
  const steps: string[] = []
  let isDue = true
  const note = (step: string) => async (): Promise<void> => await Promise.resolve(void steps.push(step))
  const emptyLog: Partial<RawLog> = {
    range: async () => await Promise.resolve({ first: 0, end: 0 }),
    read: async () => await Promise.resolve({ count: 0, next: 1, end: 1 } as RecordBatch),
    close: async () => await Promise.resolve(),
  }
  const topicReader: Partial<TopicReader> = {
    read: async function* () {
      await note('the letters are read')()
      yield* []
    },
  }
  const translation = {
    get lettersDue() {
      return isDue && due === 'letters' ? { action: 'retry', letters: ['a'] } : null
    },
    get mayRelease() {
      return isDue && due === 'release'
    },
    decideLetters: () => {
      isDue = false
    },
    release: () => ({ from: 0, take: () => undefined, end: () => (isDue = false) }),
  }
  const parts = {
    source: 'bench',
    names,
    clock: hastenedClock,
    topicReader,
    openRawLog: async () => {
      await note('the held inputs are read')()
      return emptyLog
    },
  }
  const slices = { settle: note('settled'), send: note('sent') }
  return { session: { parts, translation, slices } as unknown as SessionWork, steps }
}

const unended = new AbortController().signal

it('dead letters are read when nothing is in flight that may write some', async () => {
  const { session, steps } = work('letters')
  await decideLetters(session, unended)
  expect(steps).toEqual(['settled', 'the letters are read', 'sent'])
})

it('held inputs are read when nothing is in flight that may write some', async () => {
  const { session, steps } = work('release')
  await releaseHeld(session, unended)
  expect(steps).toEqual(['settled', 'the held inputs are read', 'sent'])
})
