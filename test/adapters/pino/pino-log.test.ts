import { describe, expect, it } from 'vitest'
import { pinoLog } from '../../../src/adapters/pino/pino-log.ts'

function recorded(level: 'error' | 'warn' | 'info' = 'info') {
  const lines: string[] = []
  return { lines, log: pinoLog({ level, destination: { write: (line) => lines.push(line) } }) }
}

describe('a log line', () => {
  it('is one JSON object with level, time, message and the fields given', () => {
    const { lines, log } = recorded()
    log.error('source halted', { source: 'shop', code: 'TX_GAP', position: 12 })
    expect(lines).toHaveLength(1)
    const { time, ...rest } = JSON.parse(lines[0] ?? '') as Record<string, unknown>
    expect(rest).toEqual({ level: 'error', msg: 'source halted', source: 'shop', code: 'TX_GAP', position: 12 })
    expect(time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
  })

  it('is written from its level on', () => {
    const { lines, log } = recorded('warn')
    log.info('once per event of life')
    log.warn('we recovered')
    expect(lines.map((line) => (JSON.parse(line) as { msg: string }).msg)).toEqual(['we recovered'])
  })
})
