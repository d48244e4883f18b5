/** A histogram that takes one value for many events, which prom-client's does not: the events of a batch share their commit. */
import type { MetricDeclaration } from '../../core/diagnostics/metrics.ts'

type Labels = Readonly<Record<string, string>>

interface Series {
  /** `mapping="account"` */
  readonly labels: string
  /** Observations at or below each bound and above the one before it; the last is for all that is above. */
  readonly counts: number[]
  sum: number
}

export class BulkHistogram {
  private readonly name: string
  private readonly declaration: MetricDeclaration
  private readonly bounds: readonly number[]
  private readonly series = new Map<string, Series>()

  constructor(name: string, declaration: MetricDeclaration) {
    this.name = name
    this.declaration = declaration
    this.bounds = declaration.bucketsSeconds ?? []
  }

  observe(labels: Labels, seconds: number, times: number): void {
    const series = this.seriesOf(labels)
    const found = this.bounds.findIndex((bound) => seconds <= bound)
    const bucket = found < 0 ? this.bounds.length : found
    series.counts[bucket] = (series.counts[bucket] ?? 0) + times
    series.sum += seconds * times
  }

  /** In Prometheus's text format. */
  render(): string {
    const { name } = this
    const { help } = this.declaration
    const lines = [...this.series.values()].flatMap((series) => this.linesOf(series))
    return [`# HELP ${name} ${help}`, `# TYPE ${name} histogram`, ...lines, ''].join('\n')
  }

  private seriesOf(labels: Labels): Series {
    const text = this.declaration.labels.map((label) => `${label}="${escaped(labels[label] ?? '')}"`).join(',')
    const known = this.series.get(text)
    if (known !== undefined) return known
    const fresh: Series = { labels: text, counts: Array.from({ length: this.bounds.length + 1 }, () => 0), sum: 0 }
    this.series.set(text, fresh)
    return fresh
  }

  private linesOf({ labels, counts, sum }: Series): readonly string[] {
    const { name } = this
    let total = 0
    const buckets = counts.map((count, index) => {
      total += count
      return `${name}_bucket{${labels},le="${this.bounds[index] ?? '+Inf'}"} ${total}`
    })
    return [...buckets, `${name}_sum{${labels}} ${sum}`, `${name}_count{${labels}} ${total}`]
  }
}

/** As the text format asks for label values. */
const escaped = (value: string): string => value.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"')
