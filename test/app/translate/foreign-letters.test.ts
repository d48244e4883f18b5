import { describe, expect, it } from 'vitest'
import { type DeadLetter, readDeadLetters } from '../../../src/app/observe/dead-letters.ts'
import { openLetterWords } from '../../../src/app/observe/open-letter-words.ts'
import { decideLetters, type SaidLetter } from '../../../src/app/operate/decide-letters.ts'
import type { LogFields, Metrics } from '../../../src/ports/clock-log-metrics.ts'
import { benchProject, fillRawLog, type Installation, installation, names } from '../bench-project.ts'
import { reached, type RunningDaemon, silent, start, uncounted } from './running-daemon.ts'
import { fillFence, recordsIn, say, scoped } from './said-stages.ts'

const legacy = { owner: 'legacy', epoch: 1 } as const
const toNative = { to: 'native', epoch: 2, seen: legacy } as const

/** Orders that were paid fail. */
const failing = (text: string): string => `${scoped(text).replace('P: PAID, ', '')}onError: {unknownCode: deadLetter}\n`

const lettersIn = async ({ kafka }: Installation): Promise<readonly DeadLetter[]> =>
  (await readDeadLetters(kafka.topicReader, names.deadLetters)).letters

const violationsIn = async (bench: Installation): Promise<readonly DeadLetter[]> =>
  (await lettersIn(bench)).filter((letter) => letter.class === 'violation')

const storeOf = ({ content }: DeadLetter): string =>
  String((content['failure'] as { readonly after: { readonly store_no: unknown } }).after.store_no)

async function retry({ kafka }: Installation, letters: readonly DeadLetter[]): Promise<readonly SaidLetter[]> {
  const { openControlLog, topicReader } = kafka
  const common = { openControlLog, topicReader, names, actor: 'ana', wallMs: () => 0, uuid: () => crypto.randomUUID() }
  const wanted = { ids: letters.map(({ id }) => id) }
  return await decideLetters({ action: 'retry', reason: 'agreed', wanted, run: 'say' }, common)
}

async function carriedOut({ kafka }: Installation): Promise<void> {
  const { openControlLog, topicReader } = kafka
  const open = async (): Promise<number> => {
    const letters = await lettersIn({ kafka } as Installation)
    return (await openLetterWords(letters, { names, topicReader, openControlLog })).size
  }
  while ((await open()) > 0) await new Promise((resolve) => setTimeout(resolve, 5))
}

interface HandedOver extends RunningDaemon {
  readonly bench: Installation
  readonly counted: string[]
  readonly warned: LogFields[]
  /** Of the time before the fence. */
  readonly older: readonly DeadLetter[]
}

/** Five source transactions under a mapping that fails, then corrected; a scope is handed over, and two follow. */
async function handedOver(scopeOf: (letters: readonly DeadLetter[]) => string | null): Promise<HandedOver> {
  const bench = installation()
  await fillRawLog(bench, 0, 5)
  await bench.register(await benchProject(failing))
  const [counted, warned]: [string[], LogFields[]] = [[], []]
  const metrics: Metrics = {
    ...uncounted,
    add: (name, labels, amount) => void counted.push(`${name} ${JSON.stringify(labels)} ${amount}`),
  }
  const log = { ...silent, warn: (_: string, fields: LogFields = {}) => void warned.push(fields) }
  const running = start(bench, { metrics, log })
  await reached(running.daemon, ({ next }) => next === 60)
  const older = await lettersIn(bench)
  const scope = scopeOf(older)
  await bench.register(await benchProject(scoped))
  await say(bench, { to: 'parity', epoch: 1, seen: legacy })
  await say(bench, { ...toNative, scope })
  fillFence(bench, 5, { scope, owner: 'native', epoch: 2 })
  await fillRawLog(bench, 6, 8)
  await reached(running.daemon, ({ next }) => next === 60 + 3 + 24)
  return { bench, counted, warned, older, ...running }
}

const all = (): null => null

describe('a change behind the fence', () => {
  it('is counted, and its dead letter says of which scope it is', async () => {
    const { bench, counted } = await handedOver(all)
    const violations = await violationsIn(bench)
    expect(violations).toHaveLength(20)
    expect(violations[0]).toMatchObject({ scopes: [null] })
    const sums = counted.filter((line) => line.startsWith('violations_total {"mapping":"order-changed"} '))
    expect(sums.reduce((sum, line) => sum + Number(line.split(' ')[2]), 0)).toBe(20)
  })
})

describe('a dead letter of a scope that is handed over', () => {
  it('is not retried, be it a violation or of a time before the fence: the answer says since when, and what to do', async () => {
    const { bench, older } = await handedOver(all)
    const [violation] = await violationsIn(bench)
    const [early] = older
    if (violation === undefined || early === undefined) throw new Error('there are no dead letters')
    const answers = await retry(bench, [violation, early])
    expect(answers.map(({ outcome }) => outcome)).toEqual(['left', 'left'])
    for (const { reason } of answers) {
      expect(reason).toMatch(/scope all of order-changed is not falsework's since epoch 2.*export.*discard/)
    }
    expect(await lettersIn(bench)).toHaveLength(20 + older.length)
  })

  it('is left by the source where one scope of several is handed over, and counts as no write behind the fence', async () => {
    const { bench, older, counted, warned } = await handedOver(([first]) =>
      first === undefined ? null : storeOf(first),
    )
    const [first] = older
    if (first === undefined) throw new Error('there are no dead letters')
    const before = counted.filter((line) => line.startsWith('violations_total')).length
    const [published, known] = [(await recordsIn(bench, 'order-changes.v1')).length, await violationsIn(bench)]
    expect(await retry(bench, [first])).toMatchObject([{ outcome: 'said', reason: null }])
    await carriedOut(bench)
    expect(counted).toContain('dead_letters_decided_total {"source":"bench","outcome":"foreign"} 1')
    expect(counted.filter((line) => line.startsWith('violations_total'))).toHaveLength(before)
    expect(warned.find(({ letters }) => letters === 1)?.['remedy']).toContain('dead-letters discard')
    expect((await recordsIn(bench, 'order-changes.v1')).length).toBe(published)
    const [added] = (await violationsIn(bench)).filter(({ id }) => !known.some((one) => one.id === id))
    expect(added).toMatchObject({ id: first.id, scopes: [storeOf(first)] })
    expect(await retry(bench, [first])).toMatchObject([{ outcome: 'left' }])
  })

  it('is published where its own scope has stayed with falsework', async () => {
    const { bench, older } = await handedOver(([first]) => (first === undefined ? null : storeOf(first)))
    const [first] = older
    const other = older.find((letter) => first !== undefined && storeOf(letter) !== storeOf(first))
    if (other === undefined) throw new Error('all dead letters are of one store')
    await retry(bench, [other])
    await carriedOut(bench)
    expect((await lettersIn(bench)).map(({ id }) => id)).not.toContain(other.id)
  })
})
