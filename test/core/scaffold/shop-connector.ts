/** The connector of the shop, by whose settings drafts are made in tests. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { captureSettings } from '../../../src/core/capture/connector/read-settings.ts'
import type { CaptureSettings } from '../../../src/core/capture/connector/capture-settings.ts'

const file = join(import.meta.dirname, '..', '..', '..', 'connectors', 'shop-postgres.json')
export const connectorSettings = readFileSync(file, 'utf8')

export const captureSettingsOfShop = ((): CaptureSettings => {
  const read = captureSettings(JSON.parse(connectorSettings) as Record<string, string>)
  if (read.kind === 'refused') throw new Error('the settings of the shop cannot be read')
  return read.settings
})()
