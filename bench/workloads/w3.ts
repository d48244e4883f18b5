/** `w3`: the changes of w1 in Avro, as Confluent's converter writes them. */
import { avroForm } from '../debezium/avro-form.ts'
import { derivedProject } from '../projects.ts'
import { everySecondUpdate, orderLog, ordersTable } from '../workload.ts'
import { besideW1 } from './beside-w1.ts'

const converter = 'io.confluent.connect.avro.AvroConverter'
const ownSubject = 'io.confluent.kafka.serializers.subject.RecordNameStrategy'

export const w3 = besideW1({
  name: 'w3',
  summary: "w1 in Avro (Confluent's wire format)",
  changes: 300_000,
  project: (bench) =>
    derivedProject(bench, 'w3', {
      'connectors/bench.json': (text) => {
        return JSON.stringify({
          ...(JSON.parse(text) as object),
          'key.converter': converter,
          'key.converter.key.subject.name.strategy': ownSubject,
          'value.converter': converter,
          'value.converter.ignore.default.for.nullables': 'true',
          'value.converter.value.subject.name.strategy': ownSubject,
        })
      },
    }),
  form: async ({ addresses }) => await avroForm(addresses.registryUrl, [ordersTable]),
  records: (topic, changes, form) => orderLog({ topic, form, updates: everySecondUpdate }, changes),
  figure: { kind: 'cost per change', wanted: '≤ 0.75' },
})
