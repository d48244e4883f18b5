/** The commands of docs/guard.md, and what a refused writer reads. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { refusal } from '../../src/core/migration/guard/sql/fence-sql.ts'
import { FencedShop } from '../cli/migrate/fenced-shop.ts'
import { repository } from '../cli/in-process.ts'
import { pageBlocks, pageSteps } from './page-steps.ts'

const page = readFileSync(join(repository, 'docs', 'guard.md'), 'utf8')

it('docs/guard.md shows the guard, puts it up and takes it down', async () => {
  const shop = await FencedShop.inParity()
  const fences: (readonly string[])[] = []
  for (const { parameters, code } of pageSteps(page)) {
    expect(await shop.run(parameters)).toMatchObject({ code })
    fences.push(shop.rows())
  }
  expect(fences).toEqual([['all legacy 1'], ['all legacy 1'], []])
})

it('docs/guard.md has the words with which a write is refused', () => {
  const { before, of, owner, epoch, behind } = refusal
  expect(pageBlocks(page, 'log')).toEqual([`${before}3${of}order-changed${owner}native${epoch}2${behind}\n`])
})
