/** Several connectors in turn: what was done is told, also when a later one fails or a signal comes. */
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { MemoryConnect } from '../../../src/adapters/connect/memory-connect.ts'
import { FalseworkError } from '../../../src/core/diagnostics/falsework-error.ts'
import { falsework, type Ran } from '../in-process.ts'

const sources = ['crm', 'erp', 'shop']

interface Happening {
  /** Connect is out of reach when this one has its turn. */
  readonly failing?: string
  /** A signal comes while this one has its turn. */
  readonly signalAt?: string
}

/** A connector for each source. */
async function connector(parameters: readonly string[], { failing, signalAt }: Happening = {}): Promise<Ran> {
  const root = mkdtempSync(join(tmpdir(), 'connectors-'))
  mkdirSync(join(root, 'connectors'))
  const declared = sources.map((name) => `  ${name}: {kind: postgres, connector: connectors/${name}.json}\n`)
  writeFileSync(join(root, 'falsework.yaml'), `format: 1\nsources:\n${declared.join('')}`)
  const connect = new MemoryConnect()
  for (const name of sources) await connect.apply(name, { 'connector.class': 'C' })
  const signal = new AbortController()
  const stop = connect.stop.bind(connect)
  connect.stop = async (name) => {
    if (name === failing) throw new FalseworkError('CONNECT_UNREACHABLE', 'nobody answers')
    if (name === signalAt) signal.abort()
    await stop(name)
  }
  return await falsework(['connector', ...parameters], {
    folder: root,
    interrupted: signal.signal,
    ports: () => ({ connectorAdmin: connect, connectorOffsets: connect }),
  })
}

it('stops each, and says where it rests', async () => {
  const { code, out, err } = await connector(['stop'])
  expect(out.match(/^(crm|erp|shop) .* stopped /gm)).toHaveLength(3)
  expect([code, err]).toEqual([0, ''])
})

it.each(['stop', 'restart'])('%s: of a failure tells what was done before it, and what was not tried', async (act) => {
  const { code, out, err } = await connector([act], { failing: 'erp' })
  expect(out).toMatch(/^SOURCE.*\ncrm .*\n$/)
  expect(err).toMatch(/^error CONNECT_UNREACHABLE: erp: nobody answers; not tried: shop\n/)
  expect(code).toBe(3)
})

it('gives programs what was done on stdout and the failure on stderr', async () => {
  const { out, err } = await connector(['stop', '-o', 'json'], { failing: 'erp' })
  expect(JSON.parse(out)).toMatchObject({ items: [{ source: 'crm', state: 'stopped' }] })
  expect(JSON.parse(err)).toMatchObject({ kind: 'Error', code: 'CONNECT_UNREACHABLE' })
})

it('ends at a signal between two of them', async () => {
  const { code, out, err } = await connector(['stop'], { signalAt: 'crm' })
  expect(out).toMatch(/^SOURCE.*\ncrm .*\n$/)
  expect(err).toMatch(/^error INTERRUPTED: not tried: erp, shop\n/)
  expect(code).toBe(130)
})
