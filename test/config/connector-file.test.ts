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

  it('may write numbers and truth values, which Kafka Connect takes as texts', () => {
    expect(read('{"tasks.max": 1, "tombstones.on.delete": false}')).toEqual({
      'tasks.max': '1',
      'tombstones.on.delete': 'false',
    })
  })

  it('leaves references of another kind to Kafka Connect', () => {
    expect(read('{"a": "${vault:db:password}", "b": "$1 ${x}"}')).toEqual({ a: '${vault:db:password}', b: '$1 ${x}' })
  })

  it('names a reference without a value, and where it is written', () => {
    expect(() => read('{"b": "1",\n "a": "${env:NOPE}"}')).toThrow('connectors/shop.json:2:7: ${env:NOPE} has no value')
  })
})
