import { describe, expect, it } from 'vitest'
import { readConnectorFile } from '../../src/config/connector-file.ts'

const read = (text: string, secret = 'x') =>
  readConnectorFile({ text, file: 'connectors/shop.json' }, { environment: { PASSWORD: secret }, readFile: () => null })

const file = '{"database.user": "reader", "database.password": "${env:PASSWORD}"}'

describe('a connector file', () => {
  it.each(['a"b', 'back\\slash', 'x","transforms":"drop', 'line\nend', '${env:OTHER}', '$&'])(
    'takes a secret as it is, and nothing but its value: %j',
    (secret) => {
      expect(read(file, secret)).toEqual({ 'database.user': 'reader', 'database.password': secret })
    },
  )

  it.each([
    ['is no JSON', '{"a": "b",}', 'connectors/shop.json:1:11 not JSON'],
    ['is no object', '["a"]', 'connectors/shop.json:1:1 expected an object of settings'],
    [
      'has settings that are no texts',
      '{"tasks.max": null,\n "a": {"b": "c"}}',
      'connectors/shop.json:1:15 tasks.max: expected a text, as Kafka Connect takes it\nconnectors/shop.json:2:7 a:',
    ],
  ])('that %s is refused with the place', (_, text, message) => {
    expect(() => read(text)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }))
    expect(() => read(text)).toThrow(message)
  })

  it('may write numbers and truth values, which Kafka Connect takes as texts', () => {
    expect(read('{"tasks.max": 1, "tombstones.on.delete": false}')).toEqual({
      'tasks.max': '1',
      'tombstones.on.delete': 'false',
    })
  })

  it('names a reference without a value', () => {
    expect(() => read('{"a": "${env:NOPE}"}')).toThrow('${env:NOPE} has no value')
  })
})
