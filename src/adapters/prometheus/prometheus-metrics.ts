/** The declared metrics in Prometheus's text format, beside those of the process. */
import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client'
import { brand } from '../../brand.ts'
import { FalseworkError } from '../../core/diagnostics/falsework-error.ts'
import { type MetricDeclaration, type MetricName, metrics as declarations } from '../../core/diagnostics/metrics.ts'
import type { Metrics } from '../../ports/clock-log-metrics.ts'
import { BulkHistogram } from './bulk-histogram.ts'

export interface PrometheusMetrics extends Metrics {
  /** What a scrape gets. */
  render(): Promise<string>
  readonly contentType: string
}

export interface BuildInfo {
  readonly version: string
  /** Name and version of the Kafka client. */
  readonly kafkaClient: string
  /** `excluded` leaves out memory, CPU and event loop of the process. */
  readonly process: 'included' | 'excluded'
}

/** The name that a scrape shows. */
export const exportedName = (name: MetricName): string => `${brand.name}_${name}`

export function prometheusMetrics(build: BuildInfo): PrometheusMetrics {
  const registry = new Registry()
  const counters = new Map<string, Counter>()
  const gauges = new Map<string, Gauge>()
  const histograms = new Map<string, BulkHistogram>()
  for (const [key, declaration] of Object.entries<MetricDeclaration>(declarations)) {
    const name = exportedName(key as MetricName)
    const { kind, help, labels } = declaration
    const options = { name, help, labelNames: [...labels], registers: [registry] }
    if (kind === 'counter') counters.set(key, new Counter(options))
    else if (kind === 'gauge') gauges.set(key, new Gauge(options))
    else histograms.set(key, new BulkHistogram(name, declaration))
  }
  if (build.process === 'included') collectDefaultMetrics({ register: registry })

  const adapter: PrometheusMetrics = {
    add: (name, labels, amount) => find(counters, name).inc({ ...labels }, amount),
    set: (name, labels, value) => find(gauges, name).set({ ...labels }, value),
    observe: (name, labels, seconds, times = 1) => find(histograms, name).observe(labels, seconds, times),
    render: async () => [await registry.metrics(), ...[...histograms.values()].map((each) => each.render())].join('\n'),
    contentType: registry.contentType,
  }
  adapter.set('build_info', { version: build.version, kafka_client: build.kafkaClient }, 1)
  return adapter
}

function find<T>(declared: ReadonlyMap<string, T>, name: string): T {
  const metric = declared.get(name)
  if (metric === undefined) throw new FalseworkError('INTERNAL', `metric ${name} is not declared for this use`)
  return metric
}
