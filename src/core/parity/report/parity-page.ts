/** The report of parity as one HTML page: nothing is fetched, no script runs, and no text of data becomes markup. */
import { type ParityOutcome, parityOutcomes } from '../verdict.ts'
import { causeSection } from './cause-section.ts'
import { html, type Markup, nothing } from './markup.ts'
import { pageStyle } from './page-style.ts'
import type { ParityDocument, TypeLine } from './parity-document.ts'
import { rateChart } from './rate-chart.ts'
import { numberText, timeText } from './texts.ts'

export function parityPage(document: ParityDocument): string {
  const { mapping, topics, version, writtenAt, rate } = document
  return html`<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Parity of ${mapping}</title>
${pageStyle}</head>
<body><main>
<h1>Parity of ${mapping}</h1>
<p class="quiet">The events of <code>${topics.native}</code> beside those of the bridge in <code>${topics.bridge}</code></p>
${verdictPanel(document)}
${facts(document)}
${gateSection(document)}
<h2>Matches over time</h2>
${rateChart(rate)}
${typeSection(document)}
${causeSection(document)}
${leniencySection(document)}
<h2>This report</h2>
<p>Written ${timeText(writtenAt)} by the comparison <code>${version}</code>, a digest of what is compared and how.</p>
</main></body>
</html>
`.text
}

function verdictPanel({ gates, standing, since }: ParityDocument): Markup {
  if (standing === 'ended')
    return panel('wait', 'Of an earlier comparison', 'It has ended or begun anew: no gate counts it.')
  if (standing === 'not renewed') return panel('wait', 'Nobody compares now', 'The report is old: no gate counts it.')
  if (since === null) return panel('wait', 'Nothing was compared yet', 'No event has come.')
  const failed = gates.filter(({ verdict }) => verdict === 'failed')
  const parity = gates.find(({ gate }) => gate === 'parity')
  const text = parity?.text ?? ''
  if (failed.length === 0) return panel('good', 'Both streams are the same, and for long enough', text)
  if (parity?.verdict === 'failed') return panel('bad', 'There are differences for which nobody answers', text)
  const names = failed.map(({ gate }) => gate).join(', ')
  return panel('wait', 'No difference, but a gate is closed still', `${text}; closed: ${names}`)
}

const panel = (tone: 'good' | 'bad' | 'wait', verdict: string, text: string): Markup =>
  html`<div class="verdict ${tone}"><strong>${verdict}</strong><span>${text}</span></div>`

function facts({ since, judgedUpTo, pendingSince, stalled, wrongPartitions }: ParityDocument): Markup {
  const all: readonly (readonly [string, string])[] = [
    ['Compared since', since === null ? 'nothing has come yet' : timeText(since)],
    ['Judged up to', timeText(judgedUpTo)],
    ['Oldest event without its pair', pendingSince === null ? 'none waits' : timeText(pendingSince)],
    ['Stalled stream', stalled ?? 'none'],
    ['Native records in a wrong partition', numberText(wrongPartitions)],
  ]
  return html`<dl>${all.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`
}

const gateSection = ({ gates }: ParityDocument): Markup => html`<h2>Gates</h2>
<table><thead><tr><th scope="col">Gate</th><th scope="col">Verdict</th><th scope="col">Now</th></tr></thead>
<tbody>${gates.map(
  ({ gate, verdict, text }) =>
    html`<tr><th scope="row">${gate}</th><td class="${verdict === 'passed' ? 'good' : 'bad'}">${verdict}</td><td>${text}</td></tr>`,
)}</tbody></table>`

function typeSection({ types }: ParityDocument): Markup {
  if (types.length === 0) return nothing
  const outcomes = outcomesFound(types)
  return html`<h2>Outcomes by type of event</h2>
<div class="wide"><table class="outcomes"><thead><tr><th scope="col">Event</th>${outcomes.map((one) => html`<th scope="col" class="number">${one}</th>`)}</tr></thead>
<tbody>${types.map(
    (line) =>
      html`<tr><th scope="row">${line.event}</th>${outcomes.map((one) => countCell(one, line.outcomes[one]))}</tr>`,
  )}</tbody></table></div>`
}

/** On a narrow page each count has its outcome beside it, and those that are zero are left out. */
function countCell(outcome: ParityOutcome, count: number): Markup {
  const tone = count === 0 ? 'zero' : outcome === 'match' ? 'good' : 'bad'
  return html`<td class="number ${tone}" data-outcome="${outcome}">${numberText(count)}</td>`
}

/** Matches, and of the others those of which there is one. */
export const outcomesFound = (types: readonly TypeLine[]): readonly ParityOutcome[] =>
  parityOutcomes.filter((one) => one === 'match' || types.some(({ outcomes }) => outcomes[one] > 0))

function leniencySection({ ignored, accepted }: ParityDocument): Markup {
  if (ignored.length + accepted.length === 0) {
    return html`<h2>Ignored and accepted</h2><p>Nothing: each field counts, and so does each difference.</p>`
  }
  const lines = [
    ...ignored.map(({ event, field, ...rest }) => ({ what: `${event}.${field} is ignored`, ...rest })),
    ...accepted.map(({ outcome, by, ...rest }) => ({ what: `${outcome} is accepted by ${by}`, ...rest })),
  ]
  return html`<h2>Ignored and accepted</h2>
<table class="lenient"><thead><tr><th scope="col">What</th><th scope="col">Up to</th><th scope="col">Why</th></tr></thead>
<tbody>${lines.map(
    ({ what, until, isOver, reason }) =>
      html`<tr><th scope="row">${what}</th><td>${until}${isOver ? html` <span class="bad">over</span>` : nothing}</td><td>${reason}</td></tr>`,
  )}</tbody></table>`
}
