import { describe, expect, it } from 'vitest'
import { readRegistry } from '../../../src/app/observe/registered.ts'
import type { Project } from '../../../src/app/project/project-texts.ts'
import { batchBytesMaxByDefault } from '../../../src/core/event/event-size.ts'
import { type ActiveRevisions, activateRevisions } from '../../../src/core/translation/revisions/active-revisions.ts'
import { benchProject, installation, names } from '../../app/bench-project.ts'

const carriers = {
  name: 'public.carriers',
  replicaIdentity: 'default',
  primaryKey: ['cd'],
  uniqueKeys: [],
  foreignKeys: [],
  columns: [
    { name: 'cd', type: 'character varying(8)', nullable: false },
    { name: 'title', type: 'text', nullable: false },
  ],
}

/** The benchmark's project with a second table in its catalog. */
async function withCarriers(edit: (mapping: string) => string): Promise<Project> {
  const project = await benchProject(edit)
  const catalogs = project.texts.catalogs.map(({ path, text }) => {
    const catalog = JSON.parse(text) as { readonly tables: readonly object[] }
    return { path, text: JSON.stringify({ ...catalog, tables: [carriers, ...catalog.tables] }) }
  })
  return { ...project, texts: { ...project.texts, catalogs } }
}

async function active(project: Project): Promise<ActiveRevisions> {
  const { kafka, register } = installation()
  const registered = await register(project)
  if (registered.kind === 'refused') throw new Error(registered.problems.map(({ message }) => message).join('\n'))
  return activateRevisions(await readRegistry(kafka.openControlLog), {
    source: 'bench',
    incarnation: 1,
    names,
    keys: new Map(),
    batchBytesMaxOf: () => batchBytesMaxByDefault,
  })
}

describe('a revision in force', () => {
  const looking = (text: string): string =>
    text
      .replace('public.orders}', 'public.orders, carriers: public.carriers}')
      .replace('\nrules:', '\nlookups:\n  carrier: {table: carriers, key: [cd], missing: null}\nrules:')

  it('has the tables that it looks up among those that are read, and says by which index rows are found', async () => {
    const { plan, read } = await active(
      await withCarriers((text) =>
        looking(text).replace("coalesce(after.carrier_cd, 'N", "coalesce(carrier(after.carrier_cd).title, 'N"),
      ),
    )
    expect([...read.tables.keys()].toSorted()).toEqual(['public.carriers', 'public.orders'])
    expect([...plan.indexes.keys()]).toEqual(['["public.carriers",["cd","text"]]'])
  })

  it('compiles with a look-up that nothing calls', async () => {
    const { plan, read } = await active(await withCarriers(looking))
    expect([...read.tables.keys()].toSorted()).toEqual(['public.carriers', 'public.orders'])
    expect([...plan.indexes.keys()]).toEqual([])
  })

  it('compiles with a table that nothing reads', async () => {
    await active(
      await withCarriers((text) => text.replace('public.orders}', 'public.orders, carriers: public.carriers}')),
    )
  })
})
