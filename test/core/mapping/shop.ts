/** The committed shop as surroundings of a mapping: its catalog, its contracts, its mappings. */
import { readdirSync, readFileSync } from 'node:fs'
import { parseCatalog } from '../../../src/core/catalog/catalog-file.ts'
import type { CaptureSettings } from '../../../src/core/capture/settings.ts'
import type { Catalog } from '../../../src/core/catalog/catalog.ts'
import type { Contract } from '../../../src/core/event/contract.ts'
import { contractFileName, parseContract } from '../../../src/core/event/parse-contract.ts'
import type { MappingSurroundings } from '../../../src/core/mapping/check/check-context.ts'

export interface TextFile {
  readonly file: string
  readonly text: string
}

export function filesOf(folder: string, ending: string): TextFile[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith(ending))
    .toSorted()
    .map((name) => ({ file: `${folder}/${name}`, text: readFileSync(`${folder}/${name}`, 'utf8') }))
}

export const settings: CaptureSettings = {
  format: 'json',
  decimalHandling: 'string',
  timePrecision: 'adaptive_time_microseconds',
  binaryHandling: 'hex',
  intervalHandling: 'string',
  hstoreHandling: 'json',
  unavailablePlaceholder: 'unavailable:test',
}

export const shopCatalog: Catalog = catalogOf({
  file: 'catalog/shop.json',
  text: readFileSync('catalog/shop.json', 'utf8'),
})

function catalogOf(source: TextFile): Catalog {
  const parsed = parseCatalog(source)
  if (parsed.kind === 'refused') throw new Error(parsed.problems.map(({ message }) => message).join('\n'))
  return parsed.catalog
}

export function contractsOf(files: readonly TextFile[]): ReadonlyMap<string, Contract> {
  return new Map(
    files.map(({ file, text }): [string, Contract] => {
      const name = contractFileName(file)
      const parsed = name === null ? null : parseContract({ file, text, ...name })
      if (parsed?.kind !== 'contract') throw new Error(`${file}: ${JSON.stringify(parsed?.problems)}`)
      return [`${parsed.contract.event}.v${parsed.contract.version}`, parsed.contract]
    }),
  )
}

export const shopSurroundings: MappingSurroundings = {
  catalog: shopCatalog,
  settings,
  contracts: contractsOf(filesOf('contracts', '.avsc')),
  codeFile: () => null,
  pseudonymKeys: new Map([['customer-email', Buffer.from('a key of the tests')]]),
}

export const sources: ReadonlyMap<string, MappingSurroundings> = new Map([['shop', shopSurroundings]])
