/** A workload of the benchmark on the cluster in memory: what comes out, beside what has to. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished } from 'vitest'
import type { RawRecord } from '../../bench/debezium/source-transaction.ts'
import { OutputTally } from '../../bench/output-tally.ts'
import { falsework } from '../../bench/peers.ts'
import { expect as expectOf } from '../../bench/raw-log.ts'
import { readProject } from '../../src/adapters/files/project-files.ts'
import { readProjectConfig } from '../../src/config/project-config.ts'
import { halted, reached, start } from '../app/translate/running-daemon.ts'
import { fillRawLog, installation, type Installation, rawLog } from '../app/bench-project.ts'

/** For projects that a workload writes. */
export function benchFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'falsework-bench-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** Why the output is not what was expected, or null; and the rows that are kept behind it. */
export async function outcomeOf(
  project: string,
  records: readonly RawRecord[],
): Promise<{ readonly difference: string | null; readonly events: number; readonly rows: number }> {
  const bench = installation()
  await fillRawLog(bench, 0, 0)
  const expected = new OutputTally()
  for (const raw of records) {
    const { key, value, fixedHeaders } = raw.record
    const headers = fixedHeaders.map(([name, text]) => [name, Buffer.from(text)] as const)
    bench.kafka.cluster.append(rawLog, { key, value, headers })
    expectOf(expected, raw)
  }
  const file = join(project, 'falsework.yaml')
  const { sources } = readProjectConfig({ text: readFileSync(file, 'utf8'), file }, {})
  const registered = await bench.register({
    texts: await readProject(project),
    sources,
    keys: new Map(),
  })
  expect(registered).toMatchObject({ kind: 'registered' })
  const { daemon, stop } = start(bench)
  const report = await reached(daemon, (now) => now.next === records.length || halted(now))
  expect(report.state).toMatchObject({ phase: 'running' })
  await stop()
  const tally = await output(bench, project)
  const rows = bench.rowStores.heldOf('bench').values.size
  return { difference: tally.differenceFrom(expected), events: tally.events, rows }
}

async function output({ kafka }: Installation, project: string): Promise<OutputTally> {
  const peer = falsework(project)
  const tally = new OutputTally()
  const all = { from: 'beginning', follow: false, signal: new AbortController().signal } as const
  for await (const record of kafka.topicReader.read('order-changes.v1', all)) {
    const { id, text } = peer.read(record)
    tally.add({ key: record.key?.toString() ?? '', text }, id)
  }
  return tally
}
