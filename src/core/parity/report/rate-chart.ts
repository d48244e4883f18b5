/** The share of matches over time as a chart: lines and areas are SVG, which any width may stretch, texts are HTML. */
import type { ParityRate, RateBucket } from '../rate.ts'
import { html, type Markup } from './markup.ts'
import { minuteText, numberText } from './texts.ts'

export function rateChart(rate: ParityRate): Markup {
  const slots = slotsOf(rate)
  const [first] = slots
  if (first === undefined) return html`<p>Nothing was compared yet.</p>`
  const floor = floorOf(slots)
  const endMs = first.fromMs + slots.length * rate.widthMs
  const most = Math.max(...slots.map(({ matches, others }) => matches + others))
  const worst = Math.min(...slots.flatMap((slot) => shareOf(slot) ?? []))
  const said = `From ${minuteText(first.fromMs)} to ${minuteText(endMs)}: at least ${shareText(worst)} of what was compared in a step matched.`
  return html`<figure class="chart">
<div class="scale"><span>100 %</span><span>${shareText((100 + floor) / 2)}</span><span>${shareText(floor)}</span></div>
<svg class="share" viewBox="0 -3 ${slots.length} 106" preserveAspectRatio="none" role="img" aria-label="${said}">${gaps(slots)}
<path class="grid" d="M0 0H${slots.length}M0 50H${slots.length}M0 100H${slots.length}"/>
<path class="under" d="${areaPath(slots, floor)}"/><path class="line" d="${linePath(slots, floor)}"/></svg>
<div class="scale"><span>${numberText(most)}</span><span>0</span></div>
<svg class="counts" viewBox="0 0 ${slots.length} 100" preserveAspectRatio="none" aria-hidden="true">${gaps(slots)}${bars(slots, most)}</svg>
<div></div><div class="times"><span>${minuteText(first.fromMs)}</span><span class="middle">${minuteText((first.fromMs + endMs) / 2)}</span><span>${minuteText(endMs)}</span></div>
<figcaption><span class="key line"></span>share of matches <span class="key match"></span>compared <span class="key other"></span>of these not a match <span class="key gap"></span>nothing was compared. A step is ${numberText(rate.widthMs / 60_000)} min; times are UTC.</figcaption>
</figure>`
}

/** One for each width, from the first bucket to the last. */
function slotsOf({ widthMs, buckets }: ParityRate): readonly RateBucket[] {
  const byTime = new Map(buckets.map((bucket) => [bucket.fromMs, bucket]))
  const [first, last] = [buckets[0], buckets.at(-1)]
  if (first === undefined || last === undefined) return []
  return Array.from({ length: (last.fromMs - first.fromMs) / widthMs + 1 }, (_, at) => {
    const fromMs = first.fromMs + at * widthMs
    return byTime.get(fromMs) ?? { fromMs, matches: 0, others: 0 }
  })
}

/** In percent; null: nothing was compared. */
const shareOf = ({ matches, others }: RateBucket): number | null =>
  matches + others === 0 ? null : (100 * matches) / (matches + others)

/** Rounded down: what is not all is never shown as 100 %. */
const shareText = (share: number): string => `${Math.floor(share * 100) / 100} %`

/** Few differences among many events are to be seen. */
const floors = [99, 90, 50]

function floorOf(slots: readonly RateBucket[]): number {
  const least = Math.min(...slots.flatMap((slot) => shareOf(slot) ?? []))
  return floors.find((floor) => floor <= least) ?? 0
}

/** Steps, with a hole wherever nothing was compared. */
function linePath(slots: readonly RateBucket[], floor: number): string {
  return runsOf(slots)
    .map(({ from, shares }) =>
      shares.map((share, at) => step(from + at, heightOf(share, floor), at === 0 ? 'M' : 'L')).join(''),
    )
    .join('')
}

function areaPath(slots: readonly RateBucket[], floor: number): string {
  return runsOf(slots)
    .map(({ from, shares }) => {
      const top = shares.map((share, at) => step(from + at, heightOf(share, floor), 'L')).join('')
      return `M${from} 100${top}V100Z`
    })
    .join('')
}

const step = (x: number, y: number, letter: 'M' | 'L'): string => `${letter}${x} ${y}H${x + 1}`

/** Downwards, as SVG counts. */
const heightOf = (share: number, floor: number): number => rounded((100 * (100 - share)) / (100 - floor))

const rounded = (value: number): number => Math.round(value * 100) / 100

interface Run {
  readonly from: number
  readonly shares: readonly number[]
}

const runsOf = (slots: readonly RateBucket[]): readonly Run[] =>
  joined(slots, (slot) => shareOf(slot) !== null).map(({ from, run }) => ({
    from,
    shares: run.flatMap((slot) => shareOf(slot) ?? []),
  }))

const gaps = (slots: readonly RateBucket[]): readonly Markup[] =>
  joined(slots, (slot) => shareOf(slot) === null).map(
    ({ from, run }) => html`<rect class="gap" x="${from}" y="-3" width="${run.length}" height="106"/>`,
  )

/** Those that are wanted and stand side by side. */
function joined(
  slots: readonly RateBucket[],
  isWanted: (slot: RateBucket) => boolean,
): readonly { readonly from: number; readonly run: readonly RateBucket[] }[] {
  const runs: { from: number; run: RateBucket[] }[] = []
  for (const [at, slot] of slots.entries()) {
    if (!isWanted(slot)) continue
    const last = runs.at(-1)
    if (last !== undefined && last.from + last.run.length === at) last.run.push(slot)
    else runs.push({ from: at, run: [slot] })
  }
  return runs
}

/** One that is not a match is to be seen beside any number of matches. */
const leastHeight = 6

const bars = (slots: readonly RateBucket[], most: number): readonly Markup[] =>
  slots.flatMap(({ matches, others }, at) => {
    if (matches + others === 0) return []
    const all = rounded((100 * (matches + others)) / most)
    const bad = others === 0 ? 0 : Math.max(leastHeight, rounded((100 * others) / most))
    const whole = Math.max(all, bad, 1)
    return [
      html`<rect class="match" x="${at}" y="${100 - whole}" width="1" height="${whole}"/>`,
      ...(bad === 0 ? [] : [html`<rect class="other" x="${at}" y="${100 - bad}" width="1" height="${bad}"/>`]),
    ]
  })
