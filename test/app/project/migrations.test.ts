import { expect, it } from 'vitest'
import type { TextFile } from '../../../src/app/project/project-texts.ts'
import { validateProject } from '../../../src/app/project/validate-project.ts'
import { topicNames } from '../../../src/core/delivery/topic-names.ts'
import { shopProject } from '../../demo/shop-project.ts'

const migration = (mapping: string, until = '2026-12-31'): string => `migration: orders
format: 1
mapping: ${mapping}
topics: {bridge: orders.v1, native: native.orders.v1}
events:
  OrderPlaced:
    ignore: [{field: placedAt, reason: "read from another clock", until: ${until}}]
native: {transactionalIds: [falsework.native.${mapping}.1]}
`

function said(texts: readonly string[], today?: string, others: readonly TextFile[] = []): string[] {
  const project = shopProject()
  const mappings = [...project.texts.mappings, ...others]
  const migrations = texts.map((text, at) => ({ path: `migrations/${at}.yaml`, text }))
  const { problems } = validateProject(
    { ...project, texts: { ...project.texts, mappings, migrations }, ...(today !== undefined && { today }) },
    topicNames(''),
  )
  return problems
    .filter(({ place }) => place.file.startsWith('migrations/'))
    .map(({ code, severity, place, message }) => `${place.file}:${place.line} ${severity} ${code} ${message}`)
}

it('a migration of a mapping of the project is sound', () => {
  expect(said([migration('order-placed')])).toEqual([])
})

it('a migration of no mapping of the project is a mistake in its file', () => {
  expect(said([migration('order-place')])).toEqual([
    "migrations/0.yaml:3 error FW2611 there is no mapping 'order-place'",
  ])
})

it('a migration of a mapping whose file nobody can read is no second mistake, whatever the file is called', () => {
  const broken = [{ path: 'mappings/otherwise.yaml', text: 'mapping: [' }]
  expect(said([migration('order-place')], undefined, broken)).toEqual([])
})

it('a mapping is migrated by one file', () => {
  expect(said([migration('order-placed'), migration('order-placed')])).toEqual([
    "migrations/1.yaml:3 error FW2313 mapping 'order-placed' is migrated by migrations/0.yaml already",
  ])
})

it('what was ignored up to a day is warned of from the next day on', () => {
  expect(said([migration('order-placed', '2026-11-30')], '2026-11-30')).toEqual([])
  expect(said([migration('order-placed', '2026-11-30')], '2026-12-01')).toEqual([
    "migrations/0.yaml:7 warning FW2616 'placedAt' was ignored up to 2026-11-30, and counts again",
  ])
})
