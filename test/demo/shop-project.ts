/** The repository as the falsework project that it is: mappings, contracts, catalog and connector of the shop. */
import { readdirSync, readFileSync } from 'node:fs'
import type { Project, TextFile } from '../../src/app/project/project-texts.ts'
import { emailKey } from './plans.ts'

const root = new URL('../../', import.meta.url)

export function shopProject(): Project {
  const yaml = read('mappings')
  return {
    texts: {
      mappings: yaml.filter(({ path }) => !path.endsWith('.test.yaml')),
      fixtures: yaml.filter(({ path }) => path.endsWith('.test.yaml')),
      contracts: read('contracts'),
      codes: [],
      catalogs: read('catalog'),
      connectors: read('connectors'),
    },
    sources: new Map([['shop', { name: 'shop', connector: 'connectors/shop-postgres.json' }]]),
    keys: new Map([['customer-email', Buffer.from(emailKey)]]),
  }
}

function read(folder: string): readonly TextFile[] {
  return readdirSync(new URL(folder, root)).map((name) => ({
    path: `${folder}/${name}`,
    text: readFileSync(new URL(`${folder}/${name}`, root), 'utf8'),
  }))
}
