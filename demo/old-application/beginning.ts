/** When the story of a seed begins: often just before something happens to the clocks. */

const beginnings = [
  // The night in which the wall shows no time between two and three,
  '2026-03-28T23:10:00Z',
  // and the one in which it shows it twice.
  '2026-10-24T22:40:00Z',
  '2026-01-31T22:30:00Z',
  '2026-06-15T07:00:00Z',
  '2026-12-31T22:00:00Z',
] as const

/** In µs since 1970. */
export function beginningUs(seed: number): number {
  return Date.parse(beginnings[seed % beginnings.length] ?? beginnings[0]) * 1000
}
