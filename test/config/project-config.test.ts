import { describe, expect, it } from 'vitest'
import { readProjectConfig } from '../../src/config/project-config.ts'
import { resolveReferences } from '../../src/config/references.ts'
import { projectShape } from '../../src/config/project-shape.ts'
import { settings } from '../../src/config/settings.ts'
import { describeKeys } from '../../src/core/shape/describe.ts'
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
    const { settings: values, origins } = config('format: 1\n')
    expect(values.brokers).toEqual(['127.0.0.1:9092'])
    expect(new Set([...origins.values()].map(({ kind }) => kind))).toEqual(new Set(['default']))
  })

  it.each(['', '# nothing yet\n', '{}'])('may say nothing: %j', (text) => {
    expect(config(text)).toEqual(config('format: 1\n'))
  })

  it('has a place for every setting', () => {
    const paths = describeKeys(projectShape.form).map(({ path }) => path)
    for (const { path } of Object.values(settings)) expect(paths).toContain(path)
  })

  it('is overruled by the environment', () => {
    const text = 'kafka: {brokers: [a:1], requestTimeoutMs: 700}\n'
    const { settings: values, origins } = config(text, { FALSEWORK_KAFKA_BROKERS: 'b:2, c:3' })
    expect(values.brokers).toEqual(['b:2', 'c:3'])
    expect(values.requestTimeoutMs).toBe(700)
    expect(origins.get('kafka.brokers')).toEqual({ kind: 'environment', variable: 'FALSEWORK_KAFKA_BROKERS' })
    const place = { file: 'falsework.yaml', line: 1, column: 43, length: 3 }
    expect(origins.get('kafka.requestTimeoutMs')).toEqual({ kind: 'file', place })
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

  it('has all its mistakes named at once, those of the environment by their variables', () => {
    const environment = { FALSEWORK_KAFKA_BROKERS: 'a:1,b', FALSEWORK_HTTP_PORT: '', FALSEWORK_TOPICS_RAW_PREFIX: '' }
    expect(mistakeOf(() => config('http: {prot: 1}\ntopics: {partitions: 0}\n', environment)).message).toBe(
      [
        'falsework.yaml:1:8 http: unknown key prot; did you mean "port"? (have host, port)',
        'falsework.yaml:2:22 topics.partitions: expected a whole number from 1 to 10000, got "0"',
        'FALSEWORK_KAFKA_BROKERS: expected host:port, got "b"',
        'FALSEWORK_HTTP_PORT: expected a whole number from 0 to 65535, got ""',
      ].join('\n'),
    )
  })
})

describe('the name of a setting in the environment', () => {
  it.each([
    ['kafka.brokers', 'FALSEWORK_KAFKA_BROKERS'],
    ['kafka.requestTimeoutMs', 'FALSEWORK_KAFKA_REQUEST_TIMEOUT_MS'],
  ])('derives from %s', (path, name) => {
    expect(environmentName(path)).toBe(name)
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
    expect(resolveReferences(text, sources, () => 'a:1:1')).toBe('db secret raw.shop $x')
  })

  it.each(['${env:NONE}', '${file:none}', '${topic:none}'])(
    'without a value is named with its place: %s',
    (reference) => {
      expect(mistakeOf(() => resolveReferences(reference, sources, () => 'a.json:2:3'))).toEqual({
        code: 'REFERENCE_UNRESOLVED',
        message: `a.json:2:3: ${reference} has no value`,
      })
    },
  )
})
