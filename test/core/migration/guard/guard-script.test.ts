import { describe, expect, it } from 'vitest'
import { captureSteps } from '../../../../src/core/migration/guard/guard-capture.ts'
import { guardScript } from '../../../../src/core/migration/guard/sql/guard-script.ts'

const statements = [{ purpose: 'a\nDROP TABLE x', sql: 'SELECT 1' }]

describe('the script of a guard', () => {
  it('waits for no lock for long on PostgreSQL, and its comments end with their lines', () => {
    expect(guardScript('postgres', statements)).toBe(
      "SET lock_timeout = '800ms';\n-- a DROP TABLE x\nSELECT 1;\n\nRESET lock_timeout;\n",
    )
  })

  it('has a delimiter of its own on MariaDB', () => {
    expect(guardScript('mariadb', statements)).toBe('DELIMITER //\n-- a DROP TABLE x\nSELECT 1\n//\n\nDELIMITER ;\n')
  })
})

describe('what a connector needs to capture a guard', () => {
  const mariadb = { kind: 'mariadb', schema: 'crm' } as const
  const connector = { 'connector.class': 'io.debezium.connector.mariadb.MariaDbConnector' }

  it('is nothing where no list leaves its tables out', () => {
    expect(captureSteps(mariadb, { ...connector, 'database.include.list': 'crm,wms' }, null)).toEqual([])
  })

  it('is named with the list that leaves them out', () => {
    const steps = captureSteps(mariadb, { ...connector, 'table.include.list': 'crm.orders,crm.falsework_sync' }, null)
    expect(steps).toEqual([expect.stringContaining('table.include.list: crm.falsework_fence is not captured')])
  })
})
