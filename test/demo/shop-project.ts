/** The shop's part of the project that the repository is: mappings, contracts, catalog and connector. */
import { readdirSync, readFileSync } from 'node:fs'
import type { Project, ProjectTexts, TextFile } from '../../src/app/project/project-texts.ts'
import { emailKey } from './plans.ts'

const root = new URL('../../', import.meta.url)

/** Without the databases on MariaDB. */
export function shopProject(): Project {
  const texts = projectTexts(root)
  const mappings = texts.mappings.filter(({ text }) => /^source: shop$/m.test(text))
  const isOfShop = ({ path }: TextFile): boolean =>
    mappings.some((mapping) => path === mapping.path.replace('.yaml', '.test.yaml'))
  return {
    texts: {
      ...texts,
      mappings,
      fixtures: texts.fixtures.filter(isOfShop),
      contracts: texts.contracts.filter(({ text }) => !/"com\.acme\.(crm|stock)"/.test(text)),
      catalogs: texts.catalogs.filter(({ path }) => path === 'catalog/shop.json'),
      connectors: texts.connectors.filter(({ path }) => path === 'connectors/shop-postgres.json'),
    },
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
