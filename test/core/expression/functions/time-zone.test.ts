import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { timeZone } from '../../../../src/core/expression/functions/time/time-zone.ts'
import { formatInstant, parseInstant } from '../../../../src/core/values/instant-text.ts'

/** The instant of a local time, both as ISO text. */
function instantOf(zone: string, local: string): string {
  const known = timeZone(zone)
  const us = parseInstant(`${local}Z`)
  if (known === null || us === null) throw new Error('no such zone or time')
  return formatInstant(known.instantOf(us)).replace(/\.000000Z$/, 'Z')
}

describe('a local time in a zone', () => {
  it.each([
    ['Europe/Berlin', '2026-01-31T10:00:00', '2026-01-31T09:00:00Z', 'in winter'],
    ['Europe/Berlin', '2026-07-01T10:00:00', '2026-07-01T08:00:00Z', 'in summer'],
    ['Europe/Berlin', '2026-03-29T01:59:59', '2026-03-29T00:59:59Z', 'before a gap'],
    ['Europe/Berlin', '2026-03-29T02:30:00', '2026-03-29T00:30:00Z', 'in a gap, by the later offset'],
    ['Europe/Berlin', '2026-03-29T03:00:00', '2026-03-29T01:00:00Z', 'behind a gap'],
    ['Europe/Berlin', '2026-10-25T01:59:59', '2026-10-24T23:59:59Z', 'before an overlap'],
    ['Europe/Berlin', '2026-10-25T02:30:00', '2026-10-25T00:30:00Z', 'in an overlap, the first time'],
    ['Europe/Berlin', '2026-10-25T03:00:00', '2026-10-25T02:00:00Z', 'behind an overlap'],
    ['America/New_York', '2026-03-08T02:30:00', '2026-03-08T06:30:00Z', 'in a gap west of Greenwich'],
    ['America/New_York', '2026-11-01T01:30:00', '2026-11-01T05:30:00Z', 'in an overlap west of Greenwich'],
    ['Australia/Lord_Howe', '2026-04-05T01:45:00', '2026-04-04T14:45:00Z', 'in an overlap of half an hour'],
    ['Pacific/Apia', '2011-12-29T12:00:00', '2011-12-29T22:00:00Z', 'on the day before a day that was left out'],
    ['Pacific/Apia', '2011-12-31T12:00:00', '2011-12-30T22:00:00Z', 'on the day behind it'],
    ['Asia/Kathmandu', '2026-01-01T00:00:00', '2025-12-31T18:15:00Z', 'at a quarter of an hour'],
    ['Africa/Monrovia', '1950-01-01T00:00:00', '1950-01-01T00:44:30Z', 'with seconds in its offset'],
    ['Europe/Berlin', '1000-01-01T00:00:00', '0999-12-31T23:06:32Z', 'long before there were zones'],
    ['UTC', '2026-03-29T02:30:00.123456', '2026-03-29T02:30:00.123456Z', 'with microseconds'],
  ])('%s %s is %s: %s', (zone, local, instant) => {
    expect(instantOf(zone, local)).toBe(instant)
  })

  it('beyond the years of a Date is taken by the last offset that is known', () => {
    const zone = timeZone('Europe/Berlin')
    const local = 9_223_371_331_200_000_000n
    expect([local - 3_600_000_000n, local - 7_200_000_000n]).toContain(zone?.instantOf(local))
  })

  it('that was given out by the engine comes back as the same instant', () => {
    const zones = ['Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kolkata', 'America/St_Johns']
    fc.assert(
      fc.property(
        fc.constantFrom(...zones),
        fc.date({ min: new Date('1975-01-01'), max: new Date('2040-01-01'), noInvalidDate: true }),
        (name, date) => {
          const instant = new Date(Math.floor(date.getTime() / 1000) * 1000)
          const local = instant.toLocaleString('sv-SE', { timeZone: name }).replace(' ', 'T')
          const again = new Date(instantOf(name, local))
          // In an overlap it may be the first of the two instants that have this local time.
          expect(again.toLocaleString('sv-SE', { timeZone: name }).replace(' ', 'T')).toBe(local)
          expect(again.getTime()).toBeLessThanOrEqual(instant.getTime())
        },
      ),
      { numRuns: 300 },
    )
  })

  it('is unknown to a zone that there is not', () => {
    expect(timeZone('Europe/Berln')).toBeNull()
  })
})
