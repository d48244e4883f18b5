import { expect, it } from 'vitest'
import { encodeControlRecord } from '../../../src/core/registry/control-record-json.ts'
import { benchProject, fillRawLog, installation } from '../bench-project.ts'
import { reached, start, translated, uncounted } from './running-daemon.ts'

it('a daemon tells of the last audit of a source, in its report and in its metrics', async () => {
  const bench = installation()
  await fillRawLog(bench, 0, 1)
  await bench.register(await benchProject())
  const measured = new Map<string, number>()
  const metrics = { ...uncounted, set: (name: string, _: unknown, value: number) => void measured.set(name, value) }
  const { daemon } = start(bench, { metrics })
  expect(await reached(daemon, translated(10))).toMatchObject({ audited: null })
  expect(measured.has('audit_differences')).toBe(false)
  const log = await bench.kafka.openControlLog()
  const tables = [
    { table: 'public.orders', rows: 40, differences: 2 },
    { table: 'public.lines', rows: 2, differences: 1 },
  ]
  await log.append(
    encodeControlRecord({
      kind: 'audited',
      format: 1,
      uuid: 'audit',
      basedOn: 1,
      atMs: 1_700_000_000_000,
      actor: 'somebody',
      source: 'bench',
      position: 1,
      tables,
      notCompared: [],
    }),
  )
  await log.close()
  const { audited } = await reached(daemon, (report) => report.audited !== null)
  expect(audited).toEqual({ atMs: 1_700_000_000_000, rows: 42, differences: 3 })
  expect(Object.fromEntries(measured)).toMatchObject({
    audit_timestamp_seconds: 1_700_000_000,
    audit_rows: 42,
    audit_differences: 3,
  })
})
