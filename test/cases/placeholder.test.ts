import { expect, it } from 'vitest'
import { runCase } from './run-case.ts'

it('a placeholder written in hexadecimal is read as the connector reads it: what it left out is not published', async () => {
  expect(await runCase('hex-placeholder')).toMatchObject({
    published: ['dead letter: unavailable'],
    halted: null,
  })
})
