import { describe, expect, it } from 'vitest'
import type { Failure } from '../../../src/core/delivery/failure-verdict.ts'
import {
  type Act,
  born,
  type Happening,
  isSound,
  keepsLease,
  type Life,
  shownPhase,
  step,
} from '../../../src/core/delivery/source-life.ts'

const failure = (code: string, other: Partial<Failure> = {}): Failure => ({
  code,
  message: `of ${code}`,
  disposition: 'retry',
  scope: 'source',
  position: 7,
  alone: null,
  ...other,
})
const halting = failure('TX_GAP', { disposition: 'halt' })
const ofInstance = failure('PSEUDONYM_KEY_MISMATCH', { disposition: 'halt', scope: 'instance', position: null })

/** Lives through happenings, one a second from 1,000 ms on. */
function lived(...happenings: readonly Happening[]): Life {
  return happenings.reduce((life, happening, index) => step(life, happening, 1_000 * (index + 1)).life, born(0))
}

const prepared: Happening = { kind: 'prepared' }
const granted: Happening = { kind: 'granted' }
const admitted: Happening = { kind: 'admitted' }
const opened: Happening = { kind: 'opened' }
const failed = (what: Failure): Happening => ({ kind: 'failed', failure: what })
const due: Happening = { kind: 'due' }
const refused: Happening = { kind: 'refused', failure: { code: 'NOT_AUTHORISED', message: 'no right' } }
const running = [prepared, granted, opened] as const

const lives: Readonly<Record<string, Life>> = {
  'waiting for topics': born(0),
  'waiting for the lease': lived(prepared),
  'waiting after a refusal': lived(prepared, refused),
  opening: lived(prepared, granted),
  running: lived(...running),
  recovering: lived(...running, failed(failure('KAFKA_UNREACHABLE'))),
  halted: lived(...running, failed(halting)),
  'halted by itself': lived(prepared, granted, failed(ofInstance)),
  yielded: lived(...running, failed(failure('FENCED'))),
  stopped: lived({ kind: 'told to stop' }),
}

const happenings: Readonly<Record<string, Happening>> = {
  prepared,
  granted,
  admitted,
  refused,
  opened,
  progressed: { kind: 'progressed', position: 8 },
  failed: failed(halting),
  lost: { kind: 'lost' },
  due,
  'registry moved': { kind: 'registryMoved' },
  'told to stop': { kind: 'told to stop' },
}

/** What comes of each pair: the phase that is shown and the next act; `-`: it changes nothing; `!`: it cannot be. */
const table = `
                          prepared         granted          admitted         refused          opened           progressed       failed           lost             due              registry moved   told to stop
waiting for topics        waiting/acquire  !                -                waiting/wait     !                -                !                -                waiting/prepare  -                stopped/end
waiting for the lease     !                opening/open     -                waiting/wait     !                -                !                -                waiting/acquire  -                stopped/end
waiting after a refusal   !                opening/open     waiting/wait     waiting/wait     !                -                !                -                waiting/acquire  -                stopped/end
opening                   !                !                -                !                running/work     -                halted/wait      waiting/acquire  -                -                stopped/end
running                   !                !                -                !                !                -                halted/wait      waiting/acquire  -                -                stopped/end
recovering                !                !                -                !                !                -                !                waiting/acquire  opening/open     -                stopped/end
halted                    !                !                -                !                !                -                !                waiting/acquire  halted/open      halted/open      stopped/end
halted by itself          !                !                -                !                !                -                !                -                halted/acquire   halted/acquire   stopped/end
yielded                   !                !                -                !                !                -                !                -                waiting/acquire  -                stopped/end
stopped                   -                -                -                -                -                -                -                -                -                -                -
`

function outcome(life: Life, happening: Happening): string {
  try {
    const { life: next, act } = step(life, happening, 99_000)
    return next === life ? '-' : `${shownPhase(next)}/${act}`
  } catch (error) {
    expect(error).toMatchObject({ code: 'INTERNAL' })
    return '!'
  }
}

describe('the life of a source', () => {
  const [head = '', ...rows] = table.trim().split('\n')
  const columns = head.trim().split(/\s{2,}/)
  const cases = rows.flatMap((row) => {
    const [state = '', ...cells] = row.trim().split(/\s{2,}/)
    return cells.map((cell, index): [string, string, string] => [state, columns[index] ?? '', cell])
  })

  it('has a row for each state and a cell for each happening', () => {
    expect(cases.map(([state, happening]) => `${state}, ${happening}`)).toEqual(
      Object.keys(lives).flatMap((state) => Object.keys(happenings).map((happening) => `${state}, ${happening}`)),
    )
  })

  it.each(cases)('%s, %s: %s', (state, happening, wanted) => {
    const [life, happened] = [lives[state], happenings[happening]]
    if (life === undefined || happened === undefined) throw new Error('no such pair')
    expect(outcome(life, happened)).toBe(wanted)
  })
})

describe('a failure', () => {
  /** The states behind the same failure again and again; what was waited for has come in between. */
  function again(
    what: Failure,
    times: number,
  ): readonly { readonly life: Life; readonly act: Act; readonly waitMs: number }[] {
    let life = lived(...running)
    const seen = []
    for (let time = 0; time < times; time++) {
      const next = step(life, failed(what), 1_000)
      const { state } = next.life
      seen.push({ ...next, waitMs: 'untilMs' in state ? (state.untilMs ?? 0) - 1_000 : 0 })
      life = next.life
      for (const happening of [due, granted, opened]) {
        const { phase } = life.state
        const fits =
          phase === 'opening' ? happening === opened : phase === 'waiting' ? happening === granted : happening === due
        if (fits) life = step(life, happening, 1_000).life
      }
    }
    return seen
  }

  it('that passes by itself is waited for longer each time, and is never a halt', () => {
    const seen = again(failure('PUBLISH_UNCERTAIN'), 9)
    expect(seen.map(({ waitMs }) => waitMs)).toEqual([50, 100, 200, 400, 800, 1600, 3000, 3000, 3000])
    expect(new Set(seen.map(({ life }) => life.state.phase))).toEqual(new Set(['recovering']))
  })

  it('is counted anew when the source has got further', () => {
    const once = lived(...running, failed(failure('PUBLISH_REFUSED')), due, opened)
    expect(once.repeated?.times).toBe(1)
    const further = step(once, { kind: 'progressed', position: 9 }, 0).life
    expect(further.repeated).toBeNull()
  })

  it.each([
    ['PUBLISH_REFUSED', null, ['recovering', 'recovering', 'halted']],
    ['STORE_DAMAGED', null, ['recovering', 'recovering', 'halted']],
    ['FENCED', true, ['yielded', 'yielded', 'halted']],
    ['FENCED', false, ['yielded', 'yielded', 'yielded', 'yielded']],
    ['FENCED', null, ['yielded', 'yielded', 'yielded', 'yielded']],
  ] as const)('%s with alone %s goes through %j', (code, alone, wanted) => {
    const seen = again(failure(code, { alone }), wanted.length)
    expect(seen.map(({ life }) => life.state.phase)).toEqual(wanted)
  })

  it('of being fenced with nobody else there is told as a transaction that outlasts its time-out', () => {
    const last = again(failure('FENCED', { alone: true }), 3).at(-1)
    expect(last?.life.halt?.failure).toMatchObject({
      code: 'TRANSACTION_TIMED_OUT',
      message: expect.stringContaining('3 times at raw offset 7') as unknown,
    })
  })
})

describe('an instance that could not have the lease', () => {
  const without = step(lived(prepared, refused), due, 3_000).life

  it('is sound again when the group takes it in, though another one has the source', () => {
    expect(isSound(without)).toBe(false)
    expect(isSound(step(without, admitted, 3_001).life)).toBe(true)
  })
})

describe('a halt', () => {
  const halted = lived(...running, failed(halting))

  it('is one still while it is looked at again, and until the source has got past it', () => {
    const looking = step(step(halted, due, 20_000).life, opened, 20_001).life
    expect([looking.state.phase, shownPhase(looking), isSound(looking)]).toEqual(['running', 'halted', false])
    const same = step(looking, { kind: 'progressed', position: 7 }, 20_002).life
    expect(isSound(same)).toBe(false)
    const past = step(same, { kind: 'progressed', position: 8 }, 20_003).life
    expect([shownPhase(past), isSound(past)]).toEqual(['running', true])
  })

  it('that was met before the source was open is over when it is', () => {
    const gap = lived(prepared, granted, failed(failure('RAW_GAP', { disposition: 'halt', position: null })))
    expect(isSound(step(step(gap, due, 20_000).life, opened, 20_001).life)).toBe(true)
  })

  it('is looked at again at growing intervals, and is since it began', () => {
    let life = halted
    const waits: number[] = []
    for (let look = 0; look < 9; look++) {
      if (life.state.phase === 'halted') waits.push(life.state.untilMs)
      life = step(step(step(life, due, 0).life, opened, 0).life, failed(halting), 0).life
    }
    expect(waits.slice(1)).toEqual([20_000, 40_000, 80_000, 160_000, 320_000, 600_000, 600_000, 600_000])
    expect(life.halt).toMatchObject({ sinceMs: 4_000, looks: 9 })
  })

  it('by a refusal is one again at the first refusal, not the third', () => {
    const refusing = failure('PUBLISH_REFUSED')
    let life = lived(...running)
    for (let times = 0; times < 3; times++) {
      life = step(life, failed(refusing), 0).life
      if (life.state.phase === 'recovering') life = step(step(life, due, 0).life, opened, 0).life
    }
    const looked = step(step(step(life, due, 0).life, opened, 0).life, failed(refusing), 0).life
    expect([life.state.phase, looked.state.phase]).toEqual(['halted', 'halted'])
  })

  it('of the source is told by whoever has the source: not by an instance that has lost it, or was fenced', () => {
    const lost = step(halted, { kind: 'lost' }, 5_000).life
    const looking = step(step(halted, due, 20_000).life, opened, 20_001).life
    const fenced = step(looking, failed(failure('FENCED', { alone: false })), 20_002).life
    expect([lost, fenced].map(shownPhase)).toEqual(['waiting', 'yielded'])
    expect(isSound(lost)).toBe(true)
  })

  it('of this instance gives the lease back, one of the source keeps it', () => {
    const own = lived(prepared, granted, failed(ofInstance))
    expect([keepsLease(halted), keepsLease(own)]).toEqual([true, false])
  })
})
