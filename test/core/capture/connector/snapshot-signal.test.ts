import { describe, expect, it } from 'vitest'
import { incrementalSnapshot, signalTable } from '../../../../src/core/capture/connector/snapshot-signal.ts'
import { tableName } from '../../../../src/core/catalog/catalog.ts'

const settings = {
  'signal.data.collection': 'public.falsework_signals',
  'notification.enabled.channels': 'log, sink',
  'notification.sink.topic.name': 'told',
}

describe('a connector that can be asked for a snapshot', () => {
  it('has a signal table, and tells in its log what becomes of it', () => {
    expect(signalTable(settings)).toStrictEqual({ kind: 'table', table: 'public.falsework_signals' })
  })

  it.each([
    ['signal.data.collection', '', '"signal.data.collection": "SCHEMA.TABLE"'],
    ['signal.enabled.channels', 'kafka', '"signal.enabled.channels": "source"'],
    ['notification.enabled.channels', 'log', '"notification.enabled.channels": "sink"'],
    ['notification.sink.topic.name', ' ', '"notification.sink.topic.name": "falsework-notifications"'],
  ])('is none with %s: %s', (name, value, missing) => {
    expect(signalTable({ ...settings, [name]: value })).toStrictEqual({ kind: 'missing', settings: [missing] })
  })
})

describe('a signal', () => {
  it('names tables so that the connector takes each for itself and no other', () => {
    const table = tableName('a.b', 'c$(1)')
    const { data } = incrementalSnapshot(tableName('public', 'signals'), 'id', [table])
    const { 'data-collections': names } = JSON.parse(data) as { readonly 'data-collections': readonly string[] }
    expect(names).toStrictEqual(['a\\.b\\.c\\$\\(1\\)'])
  })
})
