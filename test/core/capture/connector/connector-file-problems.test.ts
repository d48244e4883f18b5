import { describe, expect, it } from 'vitest'
import { connectorFileProblems } from '../../../../src/core/capture/connector/connector-file-problems.ts'
import type { SourceKind } from '../../../../src/core/catalog/catalog.ts'
import { captureSettings } from '../../../../src/core/capture/connector/read-settings.ts'
import { sound, soundSettings, soundMariadbSettings } from './sound-capture.ts'

/** As a file has them: the password is a reference. */
const written = { ...soundSettings, 'database.password': '${env:PASSWORD}' }

function problems(changes: Readonly<Record<string, string>>, said: readonly string[] = []) {
  const settings = { ...written, ...changes }
  const text = JSON.stringify(settings, null, 2)
  const file = { path: 'connectors/shop.json', text, settings }
  return connectorFileProblems(file, { mappedTables: sound.mappedTables, said: new Set(said) }).map(
    ({ severity, code, message, place }) => {
      const line = text.split('\n')[place.line - 1] ?? ''
      return `${severity} ${code} ${message.slice(0, message.indexOf(':'))} | ${line.trim().split(':')[0] ?? ''}`
    },
  )
}

describe('what a connector file alone tells', () => {
  it('is nothing of a sound one', () => {
    expect(problems({})).toEqual([])
  })

  it('is an error where a setting makes mapped data not arrive, at its place', () => {
    expect(problems({ 'skipped.operations': 't' })).toEqual([
      'error FW2601 skipped.operations is t | "skipped.operations"',
    ])
    expect(problems({ 'table.include.list': 'public.customers' })).toEqual([
      'error FW2601 table.include.list | "table.include.list"',
    ])
  })

  it('is a warning where it is merely risky, unknown, or not written', () => {
    expect(problems({ 'tombstones.on.delete': 'true', 'slot.nmae': 'x' })).toEqual([
      'warning FW2602 tombstones.on.delete is true | "tombstones.on.delete"',
      'warning FW2602 unknown setting slot.nmae | "slot.nmae"',
    ])
    expect(problems({ transforms: 'route', 'plugin.name': '' })).toEqual([
      'error FW2601 plugin.name is not set, which means decoderbufs | "plugin.name"',
      'warning FW2602 unknown setting transforms.boundary.type | "transforms.boundary.type"',
      'warning FW2602 unknown setting transforms.columns.type | "transforms.columns.type"',
      'warning FW2602 0 transforms of type falsework.connect.BoundaryOffsets, expected one | "transforms"',
      'warning FW2602 0 transforms of type falsework.connect.ColumnForms, expected one | "transforms"',
    ])
  })

  it.each([
    ['provide.transaction.metadata', 'false'],
    ['errors.tolerance', 'all'],
    ['value.converter.replace.null.with.default', 'true'],
    ['table.include.list', 'public.nothing'],
  ])('is an error of %s: %s', (setting, value) => {
    expect(problems({ [setting]: value })).toEqual([expect.stringMatching(`^error FW2601 .* . "${setting}"$`)])
  })

  const said = (changes: Readonly<Record<string, string>>, kind: SourceKind) => {
    const settings = { ...written, ...changes }
    const file = { path: 'connectors/shop.json', text: JSON.stringify(settings, null, 2), settings }
    return connectorFileProblems(file, { mappedTables: sound.mappedTables, said: new Set(), kind }).map(
      ({ severity, code, message, place }) => `${severity} ${code} ${place.line > 1 ? 'at its line' : ''}: ${message}`,
    )
  }

  it('is an error where the source is another database than the class', () => {
    expect(said({}, 'postgres')).toEqual([])
    expect(said({ 'connector.class': 'com.example.Foreign' }, 'mariadb').join()).not.toContain('is of')
    expect(said({}, 'mariadb')).toEqual([
      'error FW2601 at its line: connector.class is of postgres, and the project file says that the source is mariadb',
    ])
  })

  it.each(['database.password', 'database.sslpassword', 'producer.override.sasl.jaas.config'])(
    'is a warning where %s is in clear, without its value',
    (setting) => {
      const problem = `error FW2603 at its line: ${setting} holds a secret in clear`
      expect(said({ [setting]: 'hunter2' }, 'postgres').filter((one) => one.includes('FW2603'))).toEqual([problem])
      expect(said({ [setting]: 'hunter2' }, 'postgres').join()).not.toContain('hunter2')
      expect(said({ [setting]: '${env:SECRET}' }, 'postgres').join()).not.toContain('FW2603')
      expect(said({ [setting]: '' }, 'postgres').join()).not.toContain('FW2603')
    },
  )

  it('is not said again where something else has spoken of the setting', () => {
    expect(problems({ 'binary.handling.mode': 'bytes' }, ['binary.handling.mode'])).toEqual([])
  })

  it('is what is written alone, where the file is no connector that could be applied', () => {
    const settings = { 'skipped.operations': 't' }
    const file = { path: 'connectors/part.json', text: JSON.stringify(settings), settings }
    const found = connectorFileProblems(file, { mappedTables: [], said: new Set() })
    expect(found.map(({ message }) => message)).toEqual([expect.stringContaining('skipped.operations is t')])
  })

  it('keeps the salt of a hash to itself', () => {
    const settings = { ...written, 'column.mask.hash.SHA-256.with.salt.pepper': 'public.orders.status' }
    const file = { path: 'connectors/shop.json', text: JSON.stringify(settings), settings }
    const [problem] = connectorFileProblems(file, { mappedTables: sound.mappedTables, said: new Set() })
    expect(`${problem?.message ?? ''} ${problem?.hint ?? ''}`).not.toContain('pepper')
  })
})

describe('the settings that decide how values are read', () => {
  it('are read as the connector reads them: blanks, upper and lower case', () => {
    expect(captureSettings({ ...written, 'decimal.handling.mode': ' STRING ' }).kind).toBe('settings')
  })

  it.each([
    ['false', 'json'],
    ['True', 'jsonWithSchema'],
    ['', 'jsonWithSchema'],
  ])('tell the form of the raw log: schemas.enable=%s', (schemas, format) => {
    expect(captureSettings({ ...written, 'value.converter.schemas.enable': schemas })).toMatchObject({
      settings: { format },
    })
  })

  it('tell that the raw log is Avro', () => {
    const avro = { 'value.converter': 'io.confluent.connect.avro.AvroConverter', 'value.converter.schemas.enable': '' }
    expect(captureSettings({ ...soundSettings, ...avro })).toMatchObject({ settings: { format: 'avro' } })
    expect(captureSettings({ ...soundMariadbSettings, ...avro })).toMatchObject({ settings: { format: 'avro' } })
  })

  it('refuse a converter whose records are not read', () => {
    const refused = captureSettings({
      ...soundSettings,
      'value.converter': 'org.apache.kafka.connect.storage.StringConverter',
    })
    expect(refused).toMatchObject({ kind: 'refused', refusals: [{ setting: 'value.converter' }] })
  })

  it.each([
    ['plain', 'plain'],
    ['hex:76616c75652d6c6566742d6f7574', 'value-left-out'],
    ['hex:C3A9', 'é'],
    ['HEX:00', 'HEX:00'],
  ])('take the placeholder %s for %s', (written, text) => {
    expect(captureSettings({ ...soundSettings, 'unavailable.value.placeholder': written })).toMatchObject({
      settings: { unavailablePlaceholder: text },
    })
  })

  it.each(['hex:', 'hex:0', 'hex:zz', 'hex:ff'])('refuse the placeholder %s, behind which no text is', (written) => {
    expect(captureSettings({ ...soundSettings, 'unavailable.value.placeholder': written })).toEqual({
      kind: 'refused',
      refusals: [
        {
          setting: 'unavailable.value.placeholder',
          message: 'unavailable.value.placeholder has no UTF-8 text behind hex:',
        },
      ],
    })
  })

  it('of MariaDB are its own, and need no placeholder', () => {
    expect(captureSettings(soundMariadbSettings)).toEqual({
      kind: 'settings',
      settings: {
        database: 'mariadb',
        format: 'json',
        decimalHandling: 'string',
        timePrecision: 'adaptive_time_microseconds',
        binaryHandling: 'hex',
        unsignedBigints: 'long',
      },
    })
    expect(captureSettings({ ...soundMariadbSettings, 'bigint.unsigned.handling.mode': '' })).toEqual({
      kind: 'refused',
      refusals: [
        {
          setting: 'bigint.unsigned.handling.mode',
          message: 'bigint.unsigned.handling.mode must be long, it is ',
        },
      ],
    })
  })
})
