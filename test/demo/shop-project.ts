/** The repository as the falsework project that it is: mappings, contracts, catalog and connector of the shop. */
import { readdirSync, readFileSync } from 'node:fs'
import type { Project, ProjectTexts, TextFile } from '../../src/app/project/project-texts.ts'
import { emailKey } from './plans.ts'

const root = new URL('../../', import.meta.url)

export function shopProject(): Project {
  return {
    texts: projectTexts(root),
    sources: new Map([['shop', { name: 'shop', connector: 'connectors/shop-postgres.json' }]]),
    keys: new Map([['customer-email', Buffer.from(emailKey)]]),
  }
}

/** Of a project folder; the URL ends in a slash. */
export function projectTexts(folder: URL): ProjectTexts {
  const yaml = read(folder, 'mappings')
  return {
    mappings: yaml.filter(({ path }) => !path.endsWith('.test.yaml')),
    fixtures: yaml.filter(({ path }) => path.endsWith('.test.yaml')),
    contracts: read(folder, 'contracts'),
    codes: [],
    catalogs: read(folder, 'catalog'),
    connectors: read(folder, 'connectors'),
  }
}

function read(project: URL, folder: string): readonly TextFile[] {
  return readdirSync(new URL(folder, project)).map((name) => ({
    path: `${folder}/${name}`,
    text: readFileSync(new URL(`${folder}/${name}`, project), 'utf8'),
  }))
}
