/** All error codes, from the rooms that raise them. */
import { adapterCodes } from './codes/adapters.ts'
import { captureCodes } from './codes/capture.ts'
import { catalogCodes } from './codes/catalog.ts'
import { commandCodes } from './codes/command.ts'
import { configCodes } from './codes/config.ts'
import { connectorCodes } from './codes/connector.ts'
import { deliveryCodes } from './codes/delivery.ts'
import { eventCodes } from './codes/event.ts'
import { expressionCodes } from './codes/expression.ts'
import { mappingCodes } from './codes/mapping.ts'
import { migrationCodes } from './codes/migration.ts'
import { registryCodes } from './codes/registry.ts'
import { rowCodes } from './codes/rows.ts'
import { sourceCodes } from './codes/source.ts'
import type { ErrorCode, ErrorCodes } from './error-code.ts'

/** By what went wrong. */
export const errorCodeGroups: readonly { readonly title: string; readonly codes: ErrorCodes }[] = [
  { title: 'The raw log', codes: captureCodes },
  { title: 'The life of a source', codes: sourceCodes },
  { title: 'Between the raw log and the event topics', codes: deliveryCodes },
  { title: 'The row store', codes: rowCodes },
  { title: 'The registry log', codes: registryCodes },
  { title: 'Registry, Connect, database and folder', codes: adapterCodes },
  { title: 'Settings', codes: configCodes },
  { title: 'Commands', codes: commandCodes },
  { title: 'Expressions', codes: expressionCodes },
  { title: 'Mapping files', codes: mappingCodes },
  { title: 'Migrations', codes: migrationCodes },
  { title: 'Contracts', codes: eventCodes },
  { title: 'Catalogs', codes: catalogCodes },
  { title: 'Connector files', codes: connectorCodes },
]

export const errorCodes: ReadonlyMap<string, ErrorCode> = new Map(
  errorCodeGroups.flatMap(({ codes }) => Object.entries(codes)),
)

/** A code that nobody declared is treated as what must stop everything. */
export const dispositionOf = (code: string): ErrorCode['disposition'] => errorCodes.get(code)?.disposition ?? 'halt'

/** Whether a halt is of the source or of this process alone. */
export const scopeOf = (code: string): 'source' | 'instance' => errorCodes.get(code)?.scope ?? 'source'

export const remedyOf = (code: string): string => errorCodes.get(code)?.remedy ?? ''
