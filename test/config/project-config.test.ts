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

  it.each([
    ['format: 2\n', '1:9 format: expected 1, got "2"'],
    ['- a\n', '1:1 expected a map, got a list'],
    ['kafka: {brokerz: [a:1]}\n', '1:9 kafka: unknown key brokerz; did you mean "brokers"?'],
    ['kafka: {brokers: []}\n', '1:18 kafka.brokers: expected a list that is not empty, got an empty list'],
    ['kafka:\n  brokers: [a:1, b]\n', '2:18 kafka.brokers[1]: expected host:port, got "b"'],
    ['kafka: {brokers: ["a:0"]}\n', '1:19 kafka.brokers[0]: expected host:port, got "a:0"'],
    ['kafka: {brokers: [http://a:1]}\n', '1:19 kafka.brokers[0]: expected host:port'],
    [
      'kafka: {requestTimeoutMs: soon}\n',
      '1:27 kafka.requestTimeoutMs: expected a whole number from 500 to 120000, got "soon"',
    ],
    ['topics: {partitions: 0x10}\n', '1:22 topics.partitions: expected a whole number from 1 to 10000, got "0x10"'],
    ['topics: {prefix: "a b"}\n', '1:18 topics.prefix: expected a beginning of names of topics'],
    ['registry: {url: file:///etc}\n', '1:17 registry.url: expected an address that begins with http:// or https://'],
    ['registry: {url: }\n', '1:12 registry.url: expected an address'],
    ['connect: {url: "http://a:hunter2@b"}\n', '1:16 connect.url: an address with a user or password in clear is not'],
    ['keys: {k: hunter2}\n', '1:11 keys.k: a secret in clear is not read; write ${env:NAME}, or ${file:PATH}'],
    ['keys: {k: "${evn:X}"}\n', '1:11 keys.k: ${evn:X} is no reference; did you mean ${env:X}?'],
    ['keys: {k: "${env:X"}\n', '1:11 keys.k: the reference ${env: does not end; it ends with }'],
    ['keys: {k: "${env:}"}\n', '1:11 keys.k: ${env:} names nothing'],
    ['keys: {k: "${topic:raw}"}\n', '1:11 keys.k: a secret in clear is not read'],
    ['sources: {a b: {kind: postgres, connector: c.json}}\n', '1:11 sources.a b: expected a name as topics have'],
    [
      'sources: {shop: {kind: oracle, connector: c.json}}\n',
      '1:24 sources.shop.kind: expected one of postgres, mariadb, mysql, got "oracle"',
    ],
    [
      'sources: {shop: {kind: mariadb, connector: c.json}}\n',
      '1:24 sources.shop.kind: a source of this kind names its databases under schemas; schemas: [shop]',
    ],
    ['sources: {shop: {kind: postgres}}\n', '1:17 sources.shop.connector is missing'],
    ['sources: {shop: {kind: postgres, connector: c, port: 1}}\n', '1:48 sources.shop: unknown key port; have kind'],
    [
      'sources: {shop: {kind: postgres, connector: c, rows: {only: a}}}\n',
      '1:55 sources.shop.rows: unknown key only; have exclude',
    ],
    ['sources: {shop: {}, shop: {}}\n', '1:21 sources: shop is there twice'],
    ['kafka: *a\n', 'an alias (*) is not read'],
    ['kafka: {brokers: [a:1]\n', 'Flow map in block collection must be sufficiently indented and end with a }'],
  ])('is refused with the mistake and its place: %j', (text, message) => {
    const mistake = mistakeOf(() => config(text))
    expect(mistake.code).toBe('CONFIG_INVALID')
    expect(mistake.message).toContain(message)
    expect(mistake.message).toMatch(/^falsework.yaml:\d+:\d+ /)
    expect(mistake.message).not.toContain('hunter2')
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
    expect(resolveReferences(text, sources)).toBe('db secret raw.shop $x')
  })

  it.each(['${env:NONE}', '${file:none}', '${topic:none}'])('without a value is named: %s', (reference) => {
    expect(mistakeOf(() => resolveReferences(reference, sources))).toEqual({
      code: 'REFERENCE_UNRESOLVED',
      message: `${reference} has no value`,
    })
  })
})
