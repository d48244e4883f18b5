/** All that is said of mistakes in falsework.yaml and in connector files: place and words. */
import { describe, expect, it } from 'vitest'
import { readConnectorFile } from '../../src/config/connector-file.ts'
import { readProjectConfig } from '../../src/config/project-config.ts'
import { FalseworkError } from '../../src/core/diagnostics/falsework-error.ts'

interface Mistake {
  readonly mistake: string
  readonly text: string
  readonly says: readonly string[]
}

/** What refuses a file of this name, line by line. */
function said(file: string, read: () => unknown): readonly string[] {
  try {
    read()
  } catch (error) {
    if (error instanceof FalseworkError && error.code === 'CONFIG_INVALID')
      return error.message.split('\n').map((line) => line.replace(`${file}:`, ''))
    throw error
  }
  return []
}

describe('falsework.yaml is refused for', () => {
  it.each<Mistake>([
    {
      mistake: 'another format',
      text: 'format: 2\n',
      says: ['1:9 format: expected 1, got "2"; did you mean "1"?'],
    },
    {
      mistake: 'no map',
      text: '- a\n',
      says: ['1:1 expected a map, got a list'],
    },
    {
      mistake: 'a misspelt key',
      text: 'kafka: {brokerz: [a:1]}\n',
      says: [
        '1:9 kafka: unknown key brokerz; did you mean "brokers"? (have brokers, requestTimeoutMs, leaseSessionMs, transactionTimeoutMs)',
      ],
    },
    {
      mistake: 'no broker',
      text: 'kafka: {brokers: []}\n',
      says: ['1:18 kafka.brokers: expected a list that is not empty, got an empty list'],
    },
    {
      mistake: 'a broker without a port',
      text: 'kafka:\n  brokers: [a:1, b]\n',
      says: ['2:18 kafka.brokers[1]: expected host:port, got "b"'],
    },
    {
      mistake: 'a port that is none',
      text: 'kafka: {brokers: ["a:0"]}\n',
      says: ['1:19 kafka.brokers[0]: expected host:port, got "a:0"'],
    },
    {
      mistake: 'a broker with a protocol',
      text: 'kafka: {brokers: [http://a:1]}\n',
      says: ['1:19 kafka.brokers[0]: expected host:port, got "http://a:1"'],
    },
    {
      mistake: 'a word for a number',
      text: 'kafka: {requestTimeoutMs: soon}\n',
      says: ['1:27 kafka.requestTimeoutMs: expected a whole number from 500 to 120000, got "soon"'],
    },
    {
      mistake: 'a number of another base',
      text: 'topics: {partitions: 0x10}\n',
      says: ['1:22 topics.partitions: expected a whole number from 1 to 10000, got "0x10"'],
    },
    {
      mistake: 'a prefix that no topic can have',
      text: 'topics: {prefix: "a b"}\n',
      says: [
        '1:18 topics.prefix: expected a beginning of names of topics: letters, digits, dot, underscore and hyphen, got "a b"',
      ],
    },
    {
      mistake: 'an address of a file',
      text: 'registry: {url: file:///etc}\n',
      says: ['1:17 registry.url: expected an address that begins with http:// or https://'],
    },
    {
      mistake: 'no address',
      text: 'registry: {url: }\n',
      says: ['1:12 registry.url: expected an address that begins with http:// or https://, got nothing'],
    },
    {
      mistake: 'a password in an address',
      text: 'connect: {url: "http://a:hunter2@b"}\n',
      says: [
        '1:16 connect.url: an address with a user or password in clear is not read; whoever sees the settings would see it',
      ],
    },
    {
      mistake: 'a secret in clear',
      text: 'keys: {k: hunter2}\n',
      says: ['1:11 keys.k: a secret in clear is not read; write ${env:NAME}, or ${file:PATH}'],
    },
    {
      mistake: 'a misspelt reference',
      text: 'keys: {k: "${evn:X}"}\n',
      says: ['1:11 keys.k: ${evn:X} is no reference; did you mean ${env:X}?'],
    },
    {
      mistake: 'an open reference',
      text: 'keys: {k: "${env:X"}\n',
      says: ['1:11 keys.k: the reference ${env: does not end; it ends with }'],
    },
    {
      mistake: 'a reference to nothing',
      text: 'keys: {k: "${env:}"}\n',
      says: ['1:11 keys.k: ${env:} names nothing'],
    },
    {
      mistake: 'a secret that is the name of a topic',
      text: 'keys: {k: "${topic:raw}"}\n',
      says: ['1:11 keys.k: a secret in clear is not read; write ${env:NAME}, or ${file:PATH}'],
    },
    {
      mistake: 'a source that no topic can be named after',
      text: 'sources: {a b: {kind: postgres, connector: c.json}}\n',
      says: [
        '1:11 sources.a b: expected a name as topics have: letters, digits, dot, underscore and hyphen, got "a b"',
      ],
    },
    {
      mistake: 'a database that is not read',
      text: 'sources: {shop: {kind: oracle, connector: c.json}}\n',
      says: ['1:24 sources.shop.kind: expected one of postgres, mariadb, mysql, got "oracle"'],
    },
    {
      mistake: 'a source on MariaDB without its databases',
      text: 'sources: {shop: {kind: mariadb, connector: c.json}}\n',
      says: ['1:24 sources.shop.kind: a source of this kind names its databases under schemas; schemas: [shop]'],
    },
    {
      mistake: 'a source without a connector',
      text: 'sources: {shop: {kind: postgres}}\n',
      says: ['1:17 sources.shop.connector is missing'],
    },
    {
      mistake: 'an unknown key of a source',
      text: 'sources: {shop: {kind: postgres, connector: c, port: 1}}\n',
      says: ['1:48 sources.shop: unknown key port; have kind, connector, schemas, unknownTables, rows'],
    },
    {
      mistake: 'an unknown key of the rows that are kept',
      text: 'sources: {shop: {kind: postgres, connector: c, rows: {only: a}}}\n',
      says: ['1:55 sources.shop.rows: unknown key only; have exclude'],
    },
    {
      mistake: 'a source twice',
      text: 'sources: {shop: {}, shop: {}}\n',
      says: [
        '1:21 sources: shop is there twice',
        '1:27 sources.shop.kind is missing',
        '1:27 sources.shop.connector is missing',
      ],
    },
    {
      mistake: 'an alias of YAML',
      text: 'kafka: *a\n',
      says: ['1:8 an alias (*) is not read'],
    },
    {
      mistake: 'a map that does not end',
      text: 'kafka: {brokers: [a:1]\n',
      says: ['2:1 Flow map in block collection must be sufficiently indented and end with a }'],
    },
  ])('$mistake', ({ text, says }) => {
    const file = 'falsework.yaml'
    expect(said(file, () => readProjectConfig({ text, file }, {}))).toEqual(says)
  })
})

describe('a connector file is refused for', () => {
  it.each<Mistake>([
    {
      mistake: 'no JSON',
      text: '{"a": "b",}',
      says: ['1:11 not JSON: expected a key in quotes, got "}"'],
    },
    {
      mistake: 'a list',
      text: '["a"]',
      says: ['1:1 expected a map, got a list'],
    },
    {
      mistake: 'null',
      text: 'null',
      says: ['1:1 expected a map, got nothing'],
    },
    {
      mistake: 'settings that are no texts',
      text: '{"tasks.max": null,\n "a": {"b": "c"}}',
      says: [
        '1:15 tasks.max: expected a text, a number, or true or false, got nothing',
        '2:7 a: expected a text, a number, or true or false, got a map',
      ],
    },
    {
      mistake: 'a setting twice',
      text: '{"a": "b",\n "a": "c"}',
      says: ['2:2 a is there twice'],
    },
    {
      mistake: 'a misspelt reference',
      text: '{"a": "${evn:X}"}',
      says: ['1:7 a: ${evn:X} is no reference'],
    },
    {
      mistake: 'an open reference',
      text: '{"a": "x${env:X"}',
      says: ['1:7 a: the reference ${env: does not end'],
    },
  ])('$mistake', ({ text, says }) => {
    const file = 'connectors/shop.json'
    expect(said(file, () => readConnectorFile({ text, file }, { environment: {}, readFile: () => null }))).toEqual(says)
  })
})
