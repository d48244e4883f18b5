/** Values that settings share: addresses and names. */
import { custom, matching, refusal } from '../core/shape/scalars.ts'
import { expectReference } from './references.ts'

const portMax = 65_535

export const brokerAddress = custom('host:port', (written) => {
  const [, port] = /^(?:\[[0-9a-fA-F:.]+\]|[^\s:/@[\]]+):(\d{1,5})$/.exec(written) ?? []
  const isPort = Number(port) >= 1 && Number(port) <= portMax
  return isPort ? written : null
})

/** What is refused is not repeated: it may hold a password. */
export const httpUrl = custom('an address that begins with http:// or https://', (written) => {
  const url = URL.parse(written)
  if (url === null || !/^https?:$/.test(url.protocol)) {
    return refusal('expected an address that begins with http:// or https://')
  }
  if (url.username === '' && url.password === '') return written
  return refusal('an address with a user or password in clear is not read', 'whoever sees the settings would see it')
})

/** Of which names of topics are made. */
const topicLetters = 'letters, digits, dot, underscore and hyphen'

export const topicPrefix = matching(`a beginning of names of topics: ${topicLetters}`, /^[a-zA-Z0-9._-]{0,100}$/)

export const sourceName = matching(`a name as topics have: ${topicLetters}`, /^[a-zA-Z0-9_-][a-zA-Z0-9._-]{0,99}$/)

/** Resolved where the value is used, so that no file under version control holds it. */
export const secretReference = custom('a reference such as ${env:NAME} or ${file:PATH}', expectReference)
