/** What every schema registry adapter must do; each runs this suite against its own server. */
import { expect, it } from 'vitest'
import type { SchemaRegistry } from '../../src/ports/schema-registry.ts'

const schema = (...fields: readonly object[]) =>
  JSON.stringify({ type: 'record', name: 'Paid', namespace: 'com.acme', doc: 'An order was paid.', fields })
const id = { name: 'id', type: 'string', doc: 'the order' }
const note = { name: 'note', type: ['null', 'string'], default: null, doc: 'a remark' }
const full = 'FULL_TRANSITIVE'

/** `newSubject` gives a name that nobody has used before. */
export function schemaRegistryContract(open: () => SchemaRegistry, newSubject: () => string): void {
  it('gives the same id to the same schema in the same subject, and makes no new version of it', async () => {
    const [registry, subject] = [open(), newSubject()]
    const first = await registry.register({ subject, schema: schema(id), compatibility: full })
    const again = await registry.register({ subject, schema: schema(id), compatibility: full })
    expect(again).toEqual(first)
    expect(await registry.versions(subject)).toEqual([{ version: 1, id: first.id, schema: schema(id) }])
  })

  it('gives back the text of an id as it was registered, docs included, under the address it named', async () => {
    const registry = open()
    const registered = await registry.register({ subject: newSubject(), schema: schema(id, note), compatibility: full })
    expect(await registry.byId(registered.id)).toBe(schema(id, note))
    expect(registry.urlOf(registered.id)).toBe(registered.url)
    expect(registered.url).toMatch(new RegExp(`^\\w+://.*/schemas/ids/${registered.id}$`))
  })

  it('lists the versions of a subject, oldest first', async () => {
    const [registry, subject] = [open(), newSubject()]
    await registry.register({ subject, schema: schema(id), compatibility: full })
    await registry.register({ subject, schema: schema(id, note), compatibility: full })
    const versions = await registry.versions(subject)
    expect(versions.map(({ version, schema: text }) => [version, text])).toEqual([
      [1, schema(id)],
      [2, schema(id, note)],
    ])
  })

  it('has no versions of a subject and no schema of an id that is not there', async () => {
    const registry = open()
    expect(await registry.versions(newSubject())).toEqual([])
    expect(await registry.byId(2 ** 30)).toBeNull()
  })

  it('refuses a schema that breaks the promise, and registers nothing of it', async () => {
    const [registry, subject] = [open(), newSubject()]
    await registry.register({ subject, schema: schema(id), compatibility: full })
    const broken = schema({ ...id, type: 'int' })
    await expect(registry.register({ subject, schema: broken, compatibility: full })).rejects.toMatchObject({
      code: 'REGISTRY_INCOMPATIBLE',
    })
    expect(await registry.versions(subject)).toHaveLength(1)
  })

  it('compares with every version, not with the last alone', async () => {
    const [registry, subject] = [open(), newSubject()]
    await registry.register({ subject, schema: schema(id, note), compatibility: full })
    await registry.register({ subject, schema: schema(id), compatibility: full })
    const other = schema(id, { ...note, type: ['null', 'int'] })
    await expect(registry.register({ subject, schema: other, compatibility: full })).rejects.toMatchObject({
      code: 'REGISTRY_INCOMPATIBLE',
    })
  })

  it('keeps the weaker promise where it is asked for', async () => {
    const [registry, subject] = [open(), newSubject()]
    const required = { name: 'more', type: 'string', doc: 'one more' }
    const compatibility = 'FORWARD_TRANSITIVE'
    await registry.register({ subject, schema: schema(id), compatibility })
    await registry.register({ subject, schema: schema(id, required), compatibility })
    await expect(registry.register({ subject, schema: schema(required), compatibility })).rejects.toMatchObject({
      code: 'REGISTRY_INCOMPATIBLE',
    })
  })

  it('refuses what is no schema', async () => {
    const registry = open()
    const subject = newSubject()
    await expect(registry.register({ subject, schema: 'no schema', compatibility: full })).rejects.toMatchObject({
      code: 'REGISTRY_INCOMPATIBLE',
    })
    expect(await registry.versions(subject)).toEqual([])
  })
}
