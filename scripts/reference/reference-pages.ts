/** The reference pages and the schemas for editors, by path from the root of the repository. */
import { projectShape } from '../../src/config/project-shape.ts'
import { catalogShape } from '../../src/core/catalog/catalog-json.ts'
import { mappingShape } from '../../src/core/mapping/file/shapes/mapping-shape.ts'
import { fixtureShape } from '../../src/core/mapping/fixtures/fixture-shape.ts'
import { migrationShape } from '../../src/core/migration/file/migration-shape.ts'
import type { JsonObject } from '../../src/core/diagnostics/json-object.ts'
import { jsonSchema } from '../../src/core/shape/json-schema.ts'
import { captureConditionsPage } from './capture-conditions-page.ts'
import { connectorSchema } from './connector-schema.ts'
import { errorsPage } from './errors-page.ts'
import { mappingPage } from './mapping-page.ts'
import { migrationPage } from './migration-page.ts'
import { functionsPage } from './functions-page.ts'
import { operatingPage } from './operating-page.ts'
import { projectFilePage } from './project-file-page.ts'

export const referencePages = (): ReadonlyMap<string, string> =>
  new Map([
    ['docs/reference/capture-conditions.md', captureConditionsPage()],
    ['docs/reference/falsework.yaml.md', projectFilePage()],
    ['docs/reference/mapping.md', mappingPage()],
    ['docs/reference/migration.md', migrationPage()],
    ['docs/reference/functions.md', functionsPage()],
    ['docs/reference/errors.md', errorsPage()],
    ['docs/operating.md', operatingPage()],
    ['schemas/falsework.schema.json', schemaFile(projectShape.form, { title: 'falsework.yaml', dialect: 'yaml' })],
    ['schemas/mapping.schema.json', schemaFile(mappingShape.form, { title: 'mappings/<name>.yaml', dialect: 'yaml' })],
    [
      'schemas/fixtures.schema.json',
      schemaFile(fixtureShape.form, { title: 'mappings/<name>.test.yaml', dialect: 'yaml' }),
    ],
    [
      'schemas/migration.schema.json',
      schemaFile(migrationShape.form, { title: 'migrations/<name>.yaml', dialect: 'yaml' }),
    ],
    ['schemas/catalog.schema.json', schemaFile(catalogShape.form, { title: 'catalog/<source>.json', dialect: 'json' })],
    ['schemas/connector.schema.json', jsonFile(connectorSchema())],
  ])

const jsonFile = (schema: JsonObject): string => `${JSON.stringify(schema, null, 2)}\n`

const schemaFile = (...shape: Parameters<typeof jsonSchema>): string => jsonFile(jsonSchema(...shape))
