import type { ErrorCodes } from '../error-code.ts'

/** What registry, Connect, database and project folder can answer. */
export const adapterCodes = {
  REGISTRY_UNREACHABLE: {
    name: 'registry-unreachable',
    summary: 'The schema registry does not answer, or answers what no registry would.',
    remedy:
      'Look whether it runs and whether registry.url is right, path included (`/apis/ccompat/v7` of Apicurio). `plan`, `register`, `contract check` and `contract retire` ask it, and whatever reads a raw log in Avro.',
    disposition: 'stop',
  },
  REGISTRY_INCOMPATIBLE: {
    name: 'registry-incompatible',
    summary: 'The schema registry refuses a schema.',
    remedy: 'Undo the change that breaks the promise, or publish a new major version of the contract.',
    disposition: 'stop',
  },
  CONNECT_UNREACHABLE: {
    name: 'connect-unreachable',
    summary: 'Kafka Connect does not answer, or answers what it never would.',
    remedy: 'Look whether it runs and whether connect.url is right.',
    disposition: 'stop',
  },
  CONNECTOR_REFUSED: {
    name: 'connector-refused',
    summary: 'Kafka Connect refuses a request about a connector.',
    remedy: 'Correct the connector file as the message says; the message is Connect’s own.',
    disposition: 'stop',
  },
  DATABASE_UNREACHABLE: {
    name: 'database-unreachable',
    summary: 'The legacy database does not accept a connection.',
    remedy: 'Look whether it runs and whether host, port, database and user of the connector file are right.',
    disposition: 'stop',
  },
  DATABASE_REFUSED: {
    name: 'database-refused',
    summary: 'The legacy database refuses to answer a question about itself.',
    remedy:
      'Grant the user of the connector what the message says is missing; reading the catalogs needs no superuser.',
    disposition: 'stop',
  },
  NOT_AUTHORISED: {
    name: 'not-authorised',
    summary: 'A server does not let this user in.',
    remedy: 'Check user name, password or token, and the rights that the server has for them.',
    disposition: 'stop',
  },
  PROJECT_FILE: {
    name: 'project-file',
    summary: 'A file of the project cannot be read, or leads out of the project folder.',
    remedy: 'Make it readable, or replace the link by the file: what is registered must be what is reviewed.',
    disposition: 'stop',
  },
} as const satisfies ErrorCodes
