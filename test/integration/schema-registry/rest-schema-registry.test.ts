import { describe, expect, it } from 'vitest'
import { restSchemaRegistry } from '../../../src/adapters/schema-registry/rest-schema-registry.ts'
import { schemaRegistryContract } from '../../contract/schema-registry.ts'
import { isolated } from '../../stack/isolated.ts'

describe('the REST client on a real schema registry', () => {
  const { stack, prefix } = isolated('schema_registry')
  const open = () => restSchemaRegistry({ url: stack.registryUrl, requestTimeoutMs: 10_000 })
  let count = 0
  const newSubject = () => `${prefix}orders.v1-com.acme.Paid${count++}`
  schemaRegistryContract(open, newSubject)

  it('names an address at which the schema can be fetched', async () => {
    const schema = '{"type":"record","name":"Fetched","namespace":"com.acme","fields":[]}'
    const { url } = await open().register({ subject: newSubject(), schema, compatibility: 'FULL_TRANSITIVE' })
    expect(await (await fetch(url)).json()).toMatchObject({ schema })
  })
})
