/** The schema registry over its Confluent-compatible REST interface. */
import { FalseworkError } from '../../core/diagnostics/falsework-error.ts'
import { isJsonObject } from '../../core/diagnostics/json-object.ts'
import type { RegisteredSchema, RegisterSchema, SchemaRegistry } from '../../ports/schema-registry.ts'
import { whyNoAnswer } from '../../core/diagnostics/no-answer.ts'

export interface RestSchemaRegistryOptions {
  /** Base address with its path; may carry `user:password@`. */
  readonly url: string
  readonly requestTimeoutMs: number
}

interface Answer {
  readonly status: number
  readonly body: unknown
}

/** Raises `CONFIG_INVALID` for an address that is none; otherwise what the port says, and `NOT_AUTHORISED`. */
export function restSchemaRegistry(options: RestSchemaRegistryOptions): SchemaRegistry {
  const client = new RegistryClient(options)
  return {
    register: async (request) => await register(client, request),
    versions: async (subject) => await versions(client, subject),
    byId: async (id) => {
      const answer = await client.ask('GET', `/schemas/ids/${id}`)
      return isNotThere(client, answer) ? null : text(client, answer, 'schema')
    },
    urlOf: (id) => urlOf(client, id),
  }
}

async function register(client: RegistryClient, { subject, schema, compatibility }: RegisterSchema) {
  const name = encodeURIComponent(subject)
  // The registry's own default may be none at all: the promise is set before anything is judged by it.
  client.expectOk(await client.ask('PUT', `/config/${name}`, { compatibility }))
  const answer = await client.ask('POST', `/subjects/${name}/versions`, { schema })
  if (answer.status === 409 || answer.status === 422) {
    throw new FalseworkError('REGISTRY_INCOMPATIBLE', `subject ${subject}: ${wordsOf(answer)}`)
  }
  const id = integer(client, answer, 'id')
  return { id, url: urlOf(client, id) }
}

const urlOf = (client: RegistryClient, id: number): string => client.address(`/schemas/ids/${id}`)

async function versions(client: RegistryClient, subject: string): Promise<readonly RegisteredSchema[]> {
  const path = `/subjects/${encodeURIComponent(subject)}/versions`
  const answer = await client.ask('GET', path)
  if (isNotThere(client, answer)) return []
  const numbers = client.expectOk(answer)
  if (!Array.isArray(numbers)) throw client.nonsense(answer)
  const found: RegisteredSchema[] = []
  for (const version of numbers.map(Number).toSorted((a, b) => a - b)) {
    const one = await client.ask('GET', `${path}/${version}`)
    found.push({ version, id: integer(client, one, 'id'), schema: text(client, one, 'schema') })
  }
  return found
}

/**
 * A registry says by a code of its own, such as 40401, that it has no such subject, version or schema. A 404 without one
 * is of a server that has nothing at this address: where the path of the registry is missing, it would look empty.
 */
function isNotThere(client: RegistryClient, answer: Answer): boolean {
  if (answer.status !== 404) return false
  const code = isJsonObject(answer.body) ? answer.body['error_code'] : undefined
  if (/^404\d\d$/.test(String(code))) return true
  throw client.noRegistry()
}

function text(client: RegistryClient, answer: Answer, field: string): string {
  const body = client.expectOk(answer)
  const value = isJsonObject(body) ? body[field] : undefined
  if (typeof value !== 'string') throw client.nonsense(answer)
  return value
}

function integer(client: RegistryClient, answer: Answer, field: string): number {
  const body = client.expectOk(answer)
  const value = isJsonObject(body) ? body[field] : undefined
  if (!Number.isSafeInteger(value)) throw client.nonsense(answer)
  return Number(value)
}

/** The server's words about a refusal. */
function wordsOf({ status, body }: Answer): string {
  const message = isJsonObject(body) ? body['message'] : undefined
  return typeof message === 'string' ? message : `status ${status}`
}

class RegistryClient {
  private readonly base: string
  private readonly authorization: Readonly<Record<string, string>>
  private readonly requestTimeoutMs: number

  constructor({ url, requestTimeoutMs }: RestSchemaRegistryOptions) {
    if (!URL.canParse(url)) throw new FalseworkError('CONFIG_INVALID', `registry.url is no address`)
    const address = new URL(url)
    const { username, password } = address
    const credentials = Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`)
    this.authorization = username === '' ? {} : { authorization: `Basic ${credentials.toString('base64')}` }
    address.username = ''
    address.password = ''
    this.base = address.href.replace(/\/+$/, '')
    this.requestTimeoutMs = requestTimeoutMs
  }

  /** Without the credentials. */
  address(path: string): string {
    return this.base + path
  }

  async ask(method: string, path: string, body?: object): Promise<Answer> {
    let status = 0
    let received: string
    try {
      const response = await fetch(this.address(path), {
        method,
        headers: {
          ...this.authorization,
          accept: 'application/vnd.schemaregistry.v1+json, application/json',
          'content-type': 'application/vnd.schemaregistry.v1+json',
        },
        signal: AbortSignal.timeout(this.requestTimeoutMs),
        ...(body !== undefined && { body: JSON.stringify(body) }),
      })
      status = response.status
      received = await response.text()
    } catch (cause) {
      const why = whyNoAnswer(cause, this.requestTimeoutMs)
      const message = `no answer from the schema registry at ${this.base}${why}`
      throw new FalseworkError('REGISTRY_UNREACHABLE', message, { cause })
    }
    if (status === 401 || status === 403) {
      throw new FalseworkError('NOT_AUTHORISED', `the schema registry at ${this.base} answers ${status}`)
    }
    return { status, body: parse(received) }
  }

  expectOk(answer: Answer): unknown {
    if (answer.status >= 200 && answer.status < 300 && answer.body !== undefined) return answer.body
    throw this.nonsense(answer)
  }

  noRegistry(): FalseworkError {
    const message = `at ${this.base} nothing answers as a schema registry (404): registry.url lacks its path, or has another one, such as /apis/ccompat/v7 of Apicurio`
    return new FalseworkError('REGISTRY_UNREACHABLE', message)
  }

  nonsense(answer: Answer): FalseworkError {
    const what = answer.status >= 400 ? wordsOf(answer) : `status ${answer.status} with an answer of another kind`
    return new FalseworkError('REGISTRY_UNREACHABLE', `the schema registry at ${this.base}: ${what}`)
  }
}

function parse(received: string): unknown {
  try {
    return JSON.parse(received) as unknown
  } catch {
    return undefined
  }
}
