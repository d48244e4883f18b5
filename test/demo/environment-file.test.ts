import { execFileSync } from 'node:child_process'
import { mkdtempSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { addressLines, writeEnvironment } from '../../demo/environment-file.ts'

const environment = {
  FALSEWORK_KAFKA_BROKERS: '127.0.0.1:9092',
  FALSEWORK_REGISTRY_URL: 'http://127.0.0.1:8081/apis',
  FALSEWORK_CONNECT_URL: 'http://127.0.0.1:8083',
  FALSEWORK_DAEMON_URL: 'http://127.0.0.1:8090',
  FALSEWORK_SHOP_HOST: '127.0.0.1',
  FALSEWORK_SHOP_PORT: '5432',
  FALSEWORK_SHOP_DATABASE: 'shop',
  FALSEWORK_SHOP_USER: 'shop',
  FALSEWORK_SHOP_PASSWORD: `it's "$HOME"`,
}

it('a second terminal gets what the first one runs with, whatever stands in a password', () => {
  const path = writeEnvironment(mkdtempSync(join(tmpdir(), 'environment-')), environment)
  const got = execFileSync('sh', ['-c', `. ${path}; env -0`], { env: { PATH: process.env['PATH'] }, encoding: 'utf8' })
  expect(got.split('\0')).toEqual(
    expect.arrayContaining(Object.entries(environment).map(([name, value]) => `${name}=${value}`)),
  )
  expect(statSync(path).mode & 0o077).toBe(0)
})

it('addresses are told without passwords, and without a server that is not there', () => {
  expect(addressLines(environment)).toEqual([
    'Kafka 127.0.0.1:9092 · registry http://127.0.0.1:8081/apis · Connect http://127.0.0.1:8083',
    'PostgreSQL shop@127.0.0.1:5432/shop',
    'daemon http://127.0.0.1:8090/status',
  ])
  const both = {
    ...environment,
    FALSEWORK_CRM_HOST: '127.0.0.1',
    FALSEWORK_CRM_PORT: '3306',
    FALSEWORK_CRM_USER: 'crm',
  }
  expect(addressLines(both)[1]).toBe('PostgreSQL shop@127.0.0.1:5432/shop · MariaDB crm@127.0.0.1:3306')
})
