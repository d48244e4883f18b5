/** What every guarded database must do, on a fence that the suite puts up and takes down. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { FenceMove, FenceRow } from '../../src/core/migration/guard/fence.ts'
import type { GuardPlace } from '../../src/core/migration/guard/guard-place.ts'
import { guardStatements, removalStatements } from '../../src/core/migration/guard/sql/guard-statements.ts'
import { triggersOf } from '../../src/core/migration/guard/guard-triggers.ts'
import type { GuardedTable } from '../../src/core/migration/guard/guarded-tables.ts'
import type { GuardedDatabase } from '../../src/ports/database/guard.ts'

export interface GuardUnderTest {
  readonly place: GuardPlace
  /** That are there. */
  readonly tables: readonly GuardedTable[]
  readonly open: () => Promise<GuardedDatabase>
}

export function guardContract({ place, tables, open }: GuardUnderTest): void {
  describe('as every guarded database', () => {
    let guard: GuardedDatabase
    const [first, second] = ["it's-first", 'second']
    const fence = (mapping: string, rest: Partial<FenceRow> = {}): FenceRow => ({
      ...{ mapping, scope: null, owner: 'legacy', epoch: 1 },
      ...rest,
    })
    const move = (rest: Partial<FenceMove> = {}): FenceMove => ({
      ...{ mapping: first, scope: null, to: 'native', epoch: 2 },
      ...rest,
    })
    const apply = async (mapping: string, rows: readonly FenceRow[]): Promise<void> => {
      await guard.apply(guardStatements({ mapping, tables }, place, rows).map(({ sql }) => sql))
    }
    const remove = async (mapping: string): Promise<void> => {
      await guard.apply(removalStatements({ mapping, tables }, place).map(({ sql }) => sql))
    }
    beforeEach(async () => {
      guard = await open()
      await apply(first, [fence(first)])
    })
    afterEach(async () => {
      await remove(first)
      await remove(second)
      await guard.close()
    })

    it('is applied twice as once, and leaves the rows of the fence as they are', async () => {
      await guard.moveFences([move()])
      await apply(first, [fence(first), fence(first, { scope: '3', epoch: 4 })])
      expect(await guard.fenceRows()).toEqual([
        fence(first, { owner: 'native', epoch: 2 }),
        fence(first, { scope: '3', epoch: 4 }),
      ])
    })

    it('shows its triggers as long as they stand', async () => {
      const wanted = triggersOf({ mapping: first, tables }, place.kind)
      expect(wanted.length).toBeGreaterThan(0)
      const ofFirst = async () => (await guard.triggers()).filter(({ name }) => wanted.some((one) => one.name === name))
      expect(await ofFirst()).toEqual(expect.arrayContaining([...wanted]))
      await remove(first)
      expect(await ofFirst()).toEqual([])
    })

    it('moves the fence once, and says the second time that it is there', async () => {
      expect(await guard.moveFences([move()])).toEqual({ kind: 'moved' })
      expect(await guard.moveFences([move()])).toEqual({ kind: 'alreadyThere' })
      expect(await guard.fenceRows()).toEqual([fence(first, { owner: 'native', epoch: 2 })])
    })

    it('refuses an epoch that is not next, and says what is there', async () => {
      const [early, back] = [move({ epoch: 3 }), move({ to: 'legacy', epoch: 2 })]
      expect(await guard.moveFences([early])).toEqual({ kind: 'refused', move: early, there: fence(first) })
      await guard.moveFences([move()])
      const there = fence(first, { owner: 'native', epoch: 2 })
      expect(await guard.moveFences([early])).toEqual({ kind: 'refused', move: early, there })
      expect(await guard.moveFences([back])).toEqual({ kind: 'refused', move: back, there })
    })

    it('moves it back under any later epoch', async () => {
      await guard.moveFences([move()])
      expect(await guard.moveFences([move({ to: 'legacy', epoch: 4 })])).toEqual({ kind: 'moved' })
      expect(await guard.fenceRows()).toEqual([fence(first, { epoch: 4 })])
    })

    it('gives a scope a row of its own, whatever its name, and leaves all others where they are', async () => {
      const scope = 'a\\b\'"`c'
      expect(await guard.moveFences([move({ scope })])).toEqual({ kind: 'moved' })
      expect(await guard.moveFences([move({ scope })])).toEqual({ kind: 'alreadyThere' })
      expect(await guard.fenceRows()).toEqual([fence(first), fence(first, { scope, owner: 'native', epoch: 2 })])
    })

    it('gives rows of their own to scopes that are not to go with all, as that is, once', async () => {
      await guard.moveFences([move()])
      const apart = ['3', '4'].map((scope) => ({ mapping: first, scope }))
      for (const again of [apart, apart]) await guard.separate(again)
      const fenced = { owner: 'native', epoch: 2 } as const
      expect(await guard.fenceRows()).toEqual([
        fence(first, fenced),
        fence(first, { ...fenced, scope: '3' }),
        fence(first, { ...fenced, scope: '4' }),
      ])
    })

    it('knows nothing of a mapping that is not guarded', async () => {
      const unknown = move({ mapping: second })
      expect(await guard.moveFences([unknown])).toEqual({ kind: 'refused', move: unknown, there: null })
    })

    it('moves several fences together', async () => {
      await apply(second, [fence(second)])
      const moves = [move({ scope: '3' }), move({ mapping: second, scope: '3' })]
      expect(await guard.moveFences(moves)).toEqual({ kind: 'moved' })
      expect(await guard.moveFences(moves)).toEqual({ kind: 'alreadyThere' })
      const fenced = { scope: '3', owner: 'native', epoch: 2 } as const
      expect(await guard.fenceRows()).toEqual([
        fence(first),
        fence(first, fenced),
        fence(second),
        fence(second, fenced),
      ])
    })

    it('moves none of them where one may not be moved', async () => {
      await apply(second, [fence(second, { epoch: 4 })])
      const late = move({ mapping: second })
      expect(await guard.moveFences([move(), late])).toMatchObject({ kind: 'refused', move: late })
      expect(await guard.fenceRows()).toEqual([fence(first), fence(second, { epoch: 4 })])
    })

    it('is taken down mapping by mapping, and twice as once', async () => {
      await apply(second, [fence(second)])
      await remove(first)
      await remove(first)
      expect(await guard.fenceRows()).toEqual([fence(second)])
      await remove(second)
      expect(await guard.fenceRows()).toEqual([])
    })
  })
}
