import { describe, expect, it } from 'vitest'
import { readRegistry } from '../../../src/app/observe/registered.ts'
import { voidRecord, type VoidedRecord } from '../../../src/app/operate/void-record.ts'
import { encodeControlRecord } from '../../../src/core/registry/control-record-json.ts'
import { started } from '../../core/registry/records.ts'
import { benchProject, fillRawLog, installation, type Installation, names, operatorOf } from '../bench-project.ts'
import { reached, start, translated } from '../translate/running-daemon.ts'

const foreign = Buffer.from('hello')
const newer = Buffer.from(encodeControlRecord(started('n', 0)).toString().replace('"format":1', '"format":2'))

async function withRecords(...values: readonly Buffer[]): Promise<Installation> {
  const bench = installation()
  await bench.register(await benchProject())
  for (const value of values) bench.kafka.cluster.append(names.registry, { key: null, value })
  return bench
}

const makeVoid = async (bench: Installation, offset: number): Promise<VoidedRecord> =>
  await voidRecord({ offset, reason: 'a test wrote it' }, operatorOf(bench))

describe('making a record of the registry log void', () => {
  it('lets registrations go on behind a foreign record', async () => {
    const bench = await withRecords(foreign)
    const { end } = await readRegistry(bench.kafka.openControlLog)
    const changed = await benchProject((text) => text.replace("'NONE'", "'UNKNOWN'"))
    await expect(bench.register(changed)).rejects.toMatchObject({
      code: 'REGISTRY_RECORD_INVALID',
      message: expect.stringContaining(`falsework registry void ${end}`) as unknown,
    })
    expect(await makeVoid(bench, end)).toMatchObject({ offset: end, outcome: 'void', next: null })
    expect(await bench.register(changed)).toMatchObject({ mappings: [{ revision: 2, outcome: 'registered' }] })
  })

  it('says what stands in the way behind it, and changes nothing the second time', async () => {
    const bench = await withRecords(foreign, foreign)
    const { end } = await readRegistry(bench.kafka.openControlLog)
    expect((await makeVoid(bench, end)).next).toContain(`falsework registry void ${end + 1}`)
    expect(await makeVoid(bench, end)).toMatchObject({ outcome: 'unchanged' })
    expect((await makeVoid(bench, end + 1)).next).toBeNull()
  })

  it.each([
    ['that can be read', foreign, 0, 'VOID_REFUSED', 'can be read'],
    ['beyond the end', foreign, 99, 'VOID_REFUSED', 'there is no record at 99'],
    ['of a newer build', newer, 2, 'REGISTRY_FORMAT_NEWER', 'format 2'],
  ] as const)('is refused of one %s', async (...[, value, offset, code, message]) => {
    const bench = await withRecords(value)
    await expect(makeVoid(bench, offset)).rejects.toMatchObject({
      code,
      message: expect.stringContaining(message) as unknown,
    })
  })
})

describe('a daemon whose registry log has a foreign record', () => {
  it('works with what stands before it, says so, and goes on by itself when it is void', async () => {
    const bench = await withRecords()
    await fillRawLog(bench, 0, 1)
    const { daemon } = start(bench)
    await reached(daemon, translated(10))
    const { end } = await readRegistry(bench.kafka.openControlLog)
    await reached(daemon, ({ registryOffset }) => registryOffset >= end)
    bench.kafka.cluster.append(names.registry, { key: null, value: foreign })
    await fillRawLog(bench, 1, 2)
    await reached(daemon, translated(20))
    await reached(daemon, () => daemon.state.unread !== null)
    expect(daemon.state.unread).toMatchObject({ code: 'REGISTRY_RECORD_INVALID' })
    await makeVoid(bench, end)
    await reached(daemon, ({ registryOffset }) => registryOffset >= end + 2)
    expect(daemon.state.unread).toBeNull()
  })
})
