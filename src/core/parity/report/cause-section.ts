/** The causes on the page, each with its first pair side by side. */
import { html, type Markup, nothing } from './markup.ts'
import type { CauseLine, ParityDocument, SampleHead, SampleLines } from './parity-document.ts'
import type { SampleRow } from './sample-pair.ts'
import { numberText, timeText } from './texts.ts'

export function causeSection({ causes, values }: ParityDocument): Markup {
  if (causes.length === 0) return html`<h2>Causes</h2><p>None: whatever was compared matched.</p>`
  const masked = html`<p class="quiet">Of values only kind and length are shown.</p>`
  return html`<h2>Causes, ${numberText(causes.length)}</h2>
<p>The most frequent first, each with the first pair that had it.</p>
${values === 'masked' ? masked : nothing}
${causes.map((cause) => causeArticle(cause))}`
}

const causeArticle = ({ name, count, first, last, sample }: CauseLine): Markup =>
  html`<article><h3>${name}</h3>
<p class="quiet">${spanText({ count, first, last })}</p>
${sample === null ? html`<p class="quiet">Its pair was not read.</p>` : pairTables(sample)}
</article>`

const spanText = ({ count, first, last }: Pick<CauseLine, 'count' | 'first' | 'last'>): string =>
  count === 1 ? `once, ${timeText(first)}` : `${numberText(count)} times, from ${timeText(first)} to ${timeText(last)}`

/** What differs is open; the rest is there for who wants to see it. */
function pairTables(sample: SampleLines): Markup {
  const [differing, others] = [sample.rows.filter(({ differs }) => differs), sample.rows.filter((row) => !row.differs)]
  const values = others.length === 1 ? '1 value' : `${numberText(others.length)} values`
  const what = differing.length === 0 ? values : `${values} without a difference`
  const rest = html`<details><summary>${what}</summary>${pairTable(sample, others)}</details>`
  return html`${pairTable(sample, differing)}${others.length === 0 ? nothing : rest}`
}

const pairTable = ({ bridge, native }: SampleLines, rows: readonly SampleRow[]): Markup =>
  html`<table class="pair">
<thead><tr><th scope="col">Field</th>${headCell('Bridge', bridge)}${headCell('Native', native)}</tr></thead>
<tbody>${rows.map(
    ({ path, differs, ...texts }) =>
      html`<tr${differs ? html` class="differs"` : nothing}><th scope="row">${path}</th>${valueCell(texts.bridge, bridge)}${valueCell(texts.native, native)}</tr>`,
  )}</tbody>
</table>`

const headCell = (stream: 'Bridge' | 'Native', head: SampleHead): Markup =>
  html`<th scope="col">${stream}<span class="place">${headText(head)}</span></th>`

/** Where it stands, or why there is nothing to show. */
function headText(head: SampleHead): string {
  if (head.kind === 'none') return 'no event on this side'
  const place = `partition ${head.partition}, offset ${head.offset}`
  if (head.kind === 'gone') return `${place}: the topic does not hold it any more`
  return `${place}, ${timeText(head.at)}${head.unread === null ? '' : `; it cannot be read: ${head.unread}`}`
}

const valueCell = (text: string | null, head: SampleHead): Markup =>
  text === null ? html`<td class="quiet">${head.kind === 'record' ? 'absent' : ''}</td>` : html`<td>${text}</td>`
