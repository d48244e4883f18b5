import { describe, expect, it } from 'vitest'
import { dayNumber, instantOfWall, instantText, microsOf, wallTime } from '../../demo/old-application/plan/wall-time.ts'

describe('the wall clock of the shop', () => {
  it.each([
    ['2026-01-31T09:00:00.000001Z', '2026-01-31T10:00:00.000001'],
    ['2026-06-15T09:00:00.000000Z', '2026-06-15T11:00:00.000000'],
    ['2026-03-29T00:59:59.999999Z', '2026-03-29T01:59:59.999999'],
    ['2026-03-29T01:00:00.000000Z', '2026-03-29T03:00:00.000000'],
    ['2026-10-25T00:30:00.000000Z', '2026-10-25T02:30:00.000000'],
    ['2026-12-31T23:30:00.000000Z', '2027-01-01T00:30:00.000000'],
    ['2027-03-28T01:00:00.000000Z', '2027-03-28T03:00:00.000000'],
  ])('shows the instant %s as %s, and back', (instant, wall) => {
    expect(wallTime(microsOf(instant))).toBe(wall)
    expect(instantText(instantOfWall(wall))).toBe(instant)
  })

  it('shows one hour of October twice, and means the first', () => {
    const second = microsOf('2026-10-25T01:30:00.000000Z')
    expect(wallTime(second)).toBe('2026-10-25T02:30:00.000000')
    expect(instantText(instantOfWall(wallTime(second)))).toBe('2026-10-25T00:30:00.000000Z')
  })

  it('gives the day as the shop writes it', () => {
    expect(dayNumber('2026-03-29T03:00:00.000000')).toBe(20260329)
  })
})
