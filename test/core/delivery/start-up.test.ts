import { describe, expect, it } from 'vitest'
import type { Checkpoint } from '../../../src/core/delivery/checkpoint.ts'
import { decideStart, type Found } from '../../../src/core/delivery/start-up.ts'

const checkpoint: Checkpoint = {
  format: 1,
  source: 'shop',
  incarnation: 1,
  next: 500,
  anchor: { offset: 498, hash: 'abc' },
  position: null,
  latestCommitUs: null,
  snapshot: { run: 1, phase: 'done' },
  registryOffset: 3,
  timeZoneDatabase: '2026a',
}
const resumable: Found = {
  source: 'shop',
  checkpoint,
  started: 1,
  wanted: null,
  log: { first: 0, end: 900 },
  opensWithSnapshot: false,
  anchor: 'same',
  registryEnd: 3,
  registryUnread: null,
}
const untouched: Found = { ...resumable, checkpoint: null, started: null, anchor: 'none' }

describe('the start-up table', () => {
  it('starts at the beginning of a whole log when nothing is known of the source', () => {
    expect(decideStart(untouched)).toEqual({ kind: 'first', from: 0, incarnation: 1 })
  })

  it('starts at the first record of a trimmed log that opens with a snapshot', () => {
    const found = { ...untouched, log: { first: 70, end: 90 }, opensWithSnapshot: true }
    expect(decideStart(found)).toEqual({ kind: 'first', from: 70, incarnation: 1 })
  })

  it('resumes at the checkpoint', () => {
    expect(decideStart(resumable)).toEqual({ kind: 'resume', checkpoint, appendStarted: false })
  })

  it('appends the missing `started` when the first start crashed after its initial checkpoint', () => {
    expect(decideStart({ ...resumable, started: null })).toMatchObject({ kind: 'resume', appendStarted: true })
  })

  it('appends no `started` where a record that cannot be read may say so already', () => {
    const registryUnread = { code: 'REGISTRY_RECORD_INVALID', message: 'the record at 3' }
    expect(decideStart({ ...resumable, started: null, registryUnread })).toMatchObject({
      kind: 'resume',
      appendStarted: false,
    })
  })

  it('resumes when the log was trimmed exactly up to the checkpoint, though the anchor is gone', () => {
    const found: Found = { ...resumable, log: { first: 500, end: 900 }, anchor: 'gone' }
    expect(decideStart(found)).toMatchObject({ kind: 'resume' })
  })

  describe('with a new incarnation that is wanted', () => {
    const wanted = { incarnation: 2, from: 700 }
    const unread = { code: 'REGISTRY_RECORD_INVALID', message: 'the record at 3' }

    it.each<readonly [string, Partial<Found>]>([
      ['goes before the checkpoint', {}],
      ['goes before a checkpoint that is lost', { checkpoint: null }],
      ['goes before a log that was trimmed past the checkpoint', { log: { first: 600, end: 900 } }],
      ['goes before a log that reads differently', { anchor: 'differs' }],
    ])('%s', (_, other) => {
      const start = decideStart({ ...resumable, ...other, wanted })
      expect(start).toEqual({ kind: 'first', from: 700, incarnation: 2 })
    })

    it('resumes once it was begun, and says so where the process died before it could', () => {
      const begun: Found = { ...resumable, checkpoint: { ...checkpoint, incarnation: 2 }, wanted }
      expect(decideStart({ ...begun, started: 2 })).toMatchObject({ kind: 'resume', appendStarted: false })
      expect(decideStart({ ...begun, started: 1 })).toMatchObject({ kind: 'resume', appendStarted: true })
    })

    it('is over once it was started: a checkpoint that is lost then is lost', () => {
      expect(decideStart({ ...resumable, checkpoint: null, started: 2, wanted })).toMatchObject({
        code: 'CHECKPOINT_LOST',
      })
    })

    it.each<readonly [string, string, Partial<Found>]>([
      [
        'something is unread and there is no checkpoint',
        'REGISTRY_RECORD_INVALID',
        { checkpoint: null, registryUnread: unread },
      ],
      [
        'the checkpoint has seen what cannot be read',
        'REGISTRY_RECORD_INVALID',
        { registryEnd: 2, registryUnread: unread },
      ],
      ['the checkpoint has seen more of the registry log', 'WRONG_REGISTRY_LOG', { registryEnd: 2 }],
      ['the checkpoint is of another source', 'WRONG_LOG', { source: 'crm' }],
      ['the checkpoint is older than what was started', 'CHECKPOINT_LOST', { started: 2 }],
    ])('halts when %s', (_, code, other) => {
      expect(decideStart({ ...resumable, ...other, wanted: { incarnation: 3, from: 700 } })).toMatchObject({
        kind: 'halt',
        code,
      })
    })

    it('halts where it is to begin outside of the raw log', () => {
      expect(decideStart({ ...resumable, wanted: { incarnation: 2, from: 901 } })).toMatchObject({ code: 'RAW_GAP' })
    })
  })

  const halts: readonly [string, string, Partial<Found>][] = [
    ['the source was started but has no checkpoint', 'CHECKPOINT_LOST', { checkpoint: null }],
    ['the checkpoint is of another source', 'WRONG_LOG', { source: 'crm' }],
    ['records were deleted past the checkpoint', 'RAW_GAP', { log: { first: 501, end: 900 } }],
    ['the log is shorter than what was read of it', 'WRONG_LOG', { log: { first: 0, end: 499 } }],
    ['the anchor record reads differently', 'WRONG_LOG', { anchor: 'differs' }],
    ['the registry log is shorter than what was seen of it', 'WRONG_REGISTRY_LOG', { registryEnd: 2 }],
    [
      'an unknown source has a trimmed log without a snapshot',
      'RAW_GAP',
      { checkpoint: null, started: null, log: { first: 1, end: 9 } },
    ],
  ]
  it.each(halts)('halts when %s (%s)', (_when, code, change) => {
    expect(decideStart({ ...resumable, ...change })).toMatchObject({ kind: 'halt', code })
  })
})
