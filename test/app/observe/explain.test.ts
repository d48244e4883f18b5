import { describe, expect, it } from 'vitest'
import { errorClasses } from '../../../src/core/values/value-error.ts'
import { explain } from '../../../src/app/observe/explain.ts'

describe('what is explained', () => {
  it('is a key of the project file, with its variable and default', () => {
    expect(explain('kafka.brokers')).toEqual([
      {
        kind: 'key',
        file: 'falsework.yaml',
        path: 'kafka.brokers',
        doc: 'Kafka bootstrap addresses, host:port.',
        expected: 'a list that is not empty or texts with commas between them',
        presence: 'optional',
        standard: '["127.0.0.1:9092"]',
        environment: 'FALSEWORK_KAFKA_BROKERS',
      },
    ])
  })

  it('is a section with all that is in it, and any name that an author may choose', () => {
    const paths = (asked: string): readonly string[] =>
      explain(asked).flatMap((one) => (one.kind === 'key' ? one.path : []))
    expect(paths('http')).toEqual(['http', 'http.host', 'http.port'])
    expect(paths('sources.shop.kind')).toEqual(['sources.<name>.kind'])
    expect(paths('sources.shop.rows')).toEqual(['sources.<name>.rows', 'sources.<name>.rows.exclude'])
  })

  it('is a key of a mapping, or of its fixtures, whatever rule or test it stands in', () => {
    expect(explain('rules.publish.each')).toMatchObject([
      { file: 'mappings/<name>.yaml', path: 'rules[].publish[].each', expected: 'an expression in quotes' },
    ])
    expect(explain('rules.publish.fields.total.allowPii')).toMatchObject([
      { doc: 'Why personal data may leave in it.' },
    ])
    expect(explain('tests.given.base')).toMatchObject([{ file: 'mappings/<name>.test.yaml' }])
  })

  it('is a key by its last names, wherever it stands', () => {
    const places = (asked: string): readonly string[] =>
      explain(asked).flatMap((one) => (one.kind === 'key' ? `${one.file} ${one.path}` : []))
    expect(places('allowPii')).toContain('mappings/<name>.yaml rules[].publish[].fields.<name>.allowPii')
    expect(places('columns.pii')).toEqual(['catalog/<source>.json tables[].columns[].pii'])
    expect(places('rows')).not.toContain('catalog/<source>.json tables[].columns[].pii')
  })

  it.each(['FW2601', 'fw2601'])('is an error code: %s', (asked) => {
    expect(explain(asked)).toMatchObject([{ kind: 'code', code: 'FW2601', disposition: 'stop' }])
  })

  it('is a setting of a connector file that must have a certain value', () => {
    const [setting, ...others] = explain('slot.drop.on.stop')
    expect(others).toEqual([])
    expect(setting).toMatchObject({ kind: 'key', expected: 'false', doc: expect.stringContaining('lost') as string })
  })

  it('is a function of the language', () => {
    expect(explain('exists')).toMatchObject([{ kind: 'function', signature: 'list.exists(x, condition) → bool' }])
  })

  it('is a condition that doctor prints, with its remedy', () => {
    expect(explain('account-writes')).toMatchObject([
      { kind: 'condition', code: 'account-writes', remedy: expect.stringContaining('GRANT') as string },
    ])
    expect(() => explain('acount-writes')).toThrow('did you mean "account-writes"?')
  })

  it.each([...errorClasses.filter((name) => name !== 'internal'), 'violation'])(
    'is the class of failures %s',
    (name) => {
      expect(explain(name)).toContainEqual({ kind: 'class', name, summary: expect.stringMatching(/\.$/) as string })
    },
  )

  it('is named nearly where there is none', () => {
    expect(() => explain('kafka.broker')).toThrow(expect.objectContaining({ code: 'UNKNOWN_NAME' }))
    expect(() => explain('kafka.broker')).toThrow('did you mean "kafka.brokers"?')
  })
})
