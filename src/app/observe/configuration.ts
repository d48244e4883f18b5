/** Every setting of a project with its value and where that came from, for people who wonder. */
import type { Origin, ProjectConfig } from '../../config/project-config.ts'
import { brand } from '../../brand.ts'
import type { SourceConfig } from '../../config/project-shape.ts'
import type { Setting } from '../../config/setting.ts'
import { settings } from '../../config/settings.ts'
import { placeText } from '../../core/diagnostics/render-problem.ts'

export interface SettingLine {
  readonly setting: string
  /** As one would write it; null: nothing. Of a secret there is only the reference. */
  readonly value: string | null
  readonly origin: string
}

/** Settings in the order of the reference page, then sources, then pseudonym keys. */
export function settingLines({ settings: values, sources, keys, origins }: ProjectConfig): readonly SettingLine[] {
  const byName: Readonly<Record<string, unknown>> = values
  const lines = Object.entries<Setting<unknown>>(settings).map(([name, { path }]) => {
    return { setting: path, value: written(byName[name]), origin: originText(origins.get(path) ?? { kind: 'default' }) }
  })
  return [
    ...lines,
    ...[...sources.values()].flatMap(linesOf),
    ...[...keys].map(([name, { value, place }]) => ({ setting: `keys.${name}`, value, origin: placeText(place) })),
  ]
}

/** The project file alone declares sources. */
function linesOf({ name, kind, connector, schemas, unknownTables, excludedRows }: SourceConfig): SettingLine[] {
  const values = { kind, connector, schemas, unknownTables, 'rows.exclude': excludedRows }
  return Object.entries(values).map(([key, value]) => ({
    setting: `sources.${name}.${key}`,
    value: Array.isArray(value) && value.length === 0 ? null : written(value),
    origin: brand.projectFile,
  }))
}

function written(value: unknown): string | null {
  if (value === null) return null
  if (Array.isArray(value)) return value.join(', ')
  return typeof value === 'string' ? value : JSON.stringify(value)
}

function originText(origin: Origin): string {
  switch (origin.kind) {
    case 'environment':
      return origin.variable
    case 'file':
      return placeText(origin.place)
    case 'default':
      return 'default'
  }
}
