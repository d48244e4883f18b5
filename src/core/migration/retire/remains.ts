/** What a retirement leaves behind, and why. */
import type { ConnectorSettings } from '../../capture/connector/capture-findings.ts'
import { signalsOf } from '../../capture/connector/snapshot-signal.ts'
import type { SourceKind } from '../../catalog/catalog.ts'
import { syncRole } from '../guard/guard-place.ts'

export interface Remainder {
  readonly what: string
  readonly why: string
}

export interface Retiring {
  readonly source: string
  readonly kind: SourceKind
  readonly connector: { readonly name: string; readonly settings: ConnectorSettings }
  /** Mappings of the source that are still at work. */
  readonly others: readonly string[]
}

export function remainsOf({ source, kind, connector, others }: Retiring): readonly Remainder[] {
  const { name, settings } = connector
  if (others.length > 0) {
    const captured =
      kind === 'postgres' ? `connector ${name}, its replication slot and publication` : `connector ${name}`
    return [{ what: `${captured}, the raw log and the rows of ${source}`, why: `still needed by ${others.join(', ')}` }]
  }
  const signals = signalsOf(settings)
  return [
    ...(signals === null ? [] : [{ what: `table ${signals}`, why: 'the signals of the connector: you have made it' }]),
    { what: `the account of the connector, and ${syncRole}`, why: 'you have made them' },
    { what: `the offsets of ${name} in Kafka Connect`, why: 'a connector of that name would go on from there' },
    {
      what: `the row store of ${source}`,
      why: 'it stands on the disk of the daemon: delete its folder under rows.directory',
    },
  ]
}
