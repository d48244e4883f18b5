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
    ['is no JSON', '{"a": "b",}', 'connectors/shop.json:1:11 not JSON: expected a key in quotes, got "}"'],
    ['is no map', '["a"]', 'connectors/shop.json:1:1 expected a map, got a list'],
    ['is null', 'null', 'connectors/shop.json:1:1 expected a map, got nothing'],
    [
      'has settings that are no texts',
      '{"tasks.max": null,\n "a": {"b": "c"}}',
      'connectors/shop.json:1:15 tasks.max: expected a text, a number, or true or false, got nothing\nconnectors/shop.json:2:7 a:',
    ],
    ['has a setting twice', '{"a": "b",\n "a": "c"}', 'connectors/shop.json:2:2 a is there twice'],
    ['misspells a reference', '{"a": "${evn:X}"}', 'connectors/shop.json:1:7 a: ${evn:X} is no reference'],
    ['leaves a reference open', '{"a": "x${env:X"}', 'connectors/shop.json:1:7 a: the reference ${env: does not end'],
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

  it('leaves references of another kind to Kafka Connect', () => {
    expect(read('{"a": "${vault:db:password}", "b": "$1 ${x}"}')).toEqual({ a: '${vault:db:password}', b: '$1 ${x}' })
  })

  it('names a reference without a value', () => {
    expect(() => read('{"a": "${env:NOPE}"}')).toThrow('${env:NOPE} has no value')
  })
})
