import { describe, expect, it } from 'vitest'
import { readProjectConfig } from '../../src/config/project-config.ts'
import { resolveReferences } from '../../src/config/references.ts'
import { environmentName } from '../../src/config/setting.ts'
import { FalseworkError } from '../../src/core/diagnostics/falsework-error.ts'

const config = (text: string, environment: Readonly<Record<string, string>> = {}) =>
  readProjectConfig({ text, file: 'falsework.yaml' }, environment)

function mistakeOf(work: () => unknown): { code: string; message: string } {
  try {
    work()
  } catch (error) {
    if (error instanceof FalseworkError) return { code: error.code, message: error.message }
  }
  return { code: 'none', message: '' }
}

describe('the project file', () => {
  it('has a default for every setting', () => {
    const { settings, origins } = config('format: 1\n')
    expect(settings.brokers).toEqual(['127.0.0.1:9092'])
    expect(new Set(origins.values())).toEqual(new Set(['default']))
  })

  it('is overruled by the environment', () => {
    const text = 'kafka: {brokers: [a:1], requestTimeoutMs: 700}\n'
    const { settings, origins } = config(text, { FALSEWORK_KAFKA_BROKERS: 'b:2, c:3' })
    expect(settings.brokers).toEqual(['b:2', 'c:3'])
    expect(settings.requestTimeoutMs).toBe(700)
    expect(origins.get('kafka.brokers')).toBe('environment')
    expect(origins.get('kafka.requestTimeoutMs')).toBe('project file')
  })

  it('names sources with connector and schemas', () => {
    const { sources } = config('sources: {shop: {kind: postgres, connector: c.json, schemas: [a, b]}}\n')
    expect(sources.get('shop')).toEqual({
      name: 'shop',
      kind: 'postgres',
      connector: 'c.json',
      schemas: ['a', 'b'],
      unknownTables: 'report',
      excludedRows: [],
      excludedPlaces: new Map(),
    })
  })

  it('says where it excludes a table from the rows that are kept', () => {
    const source = 'shop: {kind: postgres, connector: c.json, rows: {exclude: [public.audit]}}'
    const shop = config(`sources:\n  ${source}\n`).sources.get('shop')
    expect(shop?.excludedRows).toEqual(['public.audit'])
    const place = { file: 'falsework.yaml', line: 2, column: 62, length: 12 }
    expect(shop?.excludedPlaces).toEqual(new Map([['public.audit', place]]))
  })

  it.each([
    ['format: 2\n', 'format: this version reads format 1'],
    ['kafka: {brokerz: [a]}\n', 'unknown setting kafka.brokerz'],
    ['kafka: {requestTimeoutMs: soon}\n', 'kafka.requestTimeoutMs: expected a whole number from 500 to 120000'],
    ['sources: {shop: {kind: oracle, connector: c.json}}\n', 'kind: expected one of postgres, mariadb, mysql'],
    ['sources: {shop: {kind: postgres}}\n', 'source shop names no connector file'],
    ['sources: {shop: {kind: postgres, connector: c, port: 1}}\n', 'unknown key port of a source'],
    ['sources: {shop: {kind: postgres, connector: c, rows: {only: a}}}\n', 'unknown key only of rows; known: exclude'],
  ])('is refused with the mistake named: %j', (text, message) => {
    const mistake = mistakeOf(() => config(text))
    expect(mistake.code).toBe('CONFIG_INVALID')
    expect(mistake.message).toContain(message)
  })
})

describe('the name of a setting in the environment', () => {
  it.each([
    ['kafka.brokers', 'FALSEWORK_KAFKA_BROKERS'],
    ['kafka.requestTimeoutMs', 'FALSEWORK_KAFKA_REQUEST_TIMEOUT_MS'],
  ])('derives from %s', (path, name) => {
    expect(environmentName('FALSEWORK_', path)).toBe(name)
  })
})

describe('a reference', () => {
  const sources = {
    environment: { HOST: 'db' },
    readFile: (path: string) => (path === 'key' ? 'secret' : null),
    known: new Map([['topic:raw', 'raw.shop']]),
  }

  it('is replaced by what it names', () => {
    const text = '${env:HOST} ${file:key} ${topic:raw} $x'
    expect(resolveReferences(text, sources)).toBe('db secret raw.shop $x')
  })

  it.each(['${env:NONE}', '${file:none}', '${topic:none}'])('without a value is named: %s', (reference) => {
    expect(mistakeOf(() => resolveReferences(reference, sources))).toEqual({
      code: 'REFERENCE_UNRESOLVED',
      message: `${reference} has no value`,
    })
  })
})
