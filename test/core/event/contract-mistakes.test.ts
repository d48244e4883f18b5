import { describe, expect, it } from 'vitest'
import { parseContract } from '../../../src/core/event/contract/parse-contract.ts'

/** A contract whose fields stand on its second line. */
const contract = (fields: string): string =>
  `{"type": "record", "name": "Paid", "namespace": "com.acme", "owner": "sales", "fields": [\n${fields}]}`

const said = (text: string): string[] =>
  parseContract({ text, file: 'Paid.v1.avsc', event: 'Paid', version: 1 }).problems.map(
    ({ code, message, place }) => `${place.line}:${place.column} ${code} ${message}`,
  )

interface Mistake {
  readonly mistake: string
  readonly text: string
  readonly says: readonly string[]
}

describe('all that is said of a contract', () => {
  it.each<Mistake>([
    {
      mistake: 'with a misspelt key of its own',
      text: contract('').replace('"owner"', '"compatability": "FORWARD_TRANSITIVE", "owner"'),
      says: ['1:78 FW2410 unknown key compatability: did you mean "compatibility"?'],
    },
    {
      mistake: 'with a misspelt key of a field',
      text: contract('{"name": "a", "doc": "d", "type": "int", "alias": ["b"], "defualt": 1}'),
      says: [
        '2:51 FW2410 unknown key alias: did you mean "aliases"?',
        '2:69 FW2410 unknown key defualt: did you mean "default"?',
      ],
    },
    {
      mistake: 'with keys of its own that are near to none, or stand beside what they are near to: nothing',
      text: contract('{"name": "a", "doc": "d", "docs": "e", "type": "int", "pii": true}').replace(
        '"owner"',
        '"domain": "sales", "owner"',
      ),
      says: [],
    },
    {
      mistake: 'with a record that has no name',
      text: contract('{"name": "a", "doc": "d", "type": {"type": "record", "fields": []}}'),
      says: ['2:35 FW2402 record without a name'],
    },
    {
      mistake: 'with an enum that has no name',
      text: contract('{"name": "a", "doc": "d", "type": {"type": "enum", "symbols": ["A"]}}'),
      says: ['2:35 FW2402 enum without a name'],
    },
    {
      mistake: 'with no name of its own',
      text: contract('{"name": "a", "doc": "d", "type": "int"}').replace('"name": "Paid", ', ''),
      says: ['1:1 FW2402 record without a name'],
    },
    {
      mistake: 'with a type that is spelled out twice',
      text: contract(`{"name": "a", "doc": "d", "type": {"type": "record", "name": "R", "fields": []}},
{"name": "b", "doc": "d", "type": {"type": "record", "name": "R", "fields": []}}`),
      says: ['3:62 FW2402 there is a type com.acme.R already: a type is spelled out once'],
    },
    {
      mistake: 'with names that Avro does not take',
      text: contract(`{"name": "order-id", "doc": "d", "type": "int"},
{"name": "a", "doc": "d", "type": {"type": "record", "name": "R-1", "fields": []}}`),
      says: [
        "2:10 FW2402 'order-id' is no name of a field: letters, digits and underscore",
        '3:62 FW2402 "R-1" is no name of a type',
      ],
    },
    {
      mistake: 'with a field that is there twice',
      text: contract('{"name": "a", "doc": "d", "type": "int"},\n{"name": "a", "doc": "d", "type": "string"}'),
      says: ["3:10 FW2402 'a' is there twice"],
    },
    {
      mistake: 'with symbols that are none',
      text: contract(`{"name": "a", "doc": "d", "type": {"type": "enum", "name": "E",
"symbols": ["A", "B-1", "A"]}}`),
      says: [
        "3:18 FW2402 'B-1' is no symbol: letters, digits and underscore",
        "3:25 FW2402 'A' is there twice",
        '2:35 FW2406 com.acme.E is an enum: no symbol can be added later without breaking its readers',
      ],
    },
    {
      mistake: 'with a logical type beside the type',
      text: contract('{"name": "a", "doc": "d", "type": "bytes",\n"logicalType": "decimal", "precision": 9}'),
      says: [
        '3:16 FW2404 logicalType has no meaning here: it stands inside of the type, as {"type": "bytes", "logicalType": "decimal", …}',
      ],
    },
    {
      mistake: 'with the logical type of a list',
      text: contract(`{"name": "a", "doc": "d", "type": {"type": "array", "items": "int",
"logicalType": "date"}}`),
      says: [
        '3:16 FW2404 logicalType has no meaning here: it stands inside of the type, as {"type": "array", "logicalType": "date", …}',
      ],
    },
    {
      mistake: 'with a key that is there twice',
      text: contract('{"name": "a", "doc": "d",\n"type": "int", "doc": "e"}'),
      says: ['3:16 FW2401 fields[0]: doc is there twice'],
    },
    {
      mistake: 'with types within types without end',
      text: contract(`{"name": "a", "doc": "d", "type": ${'{"type": "array", "items": '.repeat(20_000)}`),
      says: ['2:2663 FW2401 not JSON: nested deeper than 100'],
    },
    {
      mistake: 'with a default beyond 64 bits',
      text: contract('{"name": "a", "doc": "d", "type": "long",\n"default": 9223372036854775808}'),
      says: ['3:12 FW2402 invalid default 9223372036854775808: expected a whole number of 64 bits'],
    },
    {
      mistake: 'with a namespace that is none',
      text: contract('{"name": "a", "doc": "d", "type": "int"}').replace('com.acme', 'com.ac-me'),
      says: ['1:49 FW2402 "com.ac-me" is no namespace: names with dots between them'],
    },
    {
      mistake: 'with the namespace of a type within that is none',
      text: contract(`{"name": "a", "doc": "d", "type": {"type": "record", "name": "R",
"namespace": 7, "fields": []}}`),
      says: ['3:14 FW2402 7 is no namespace: names with dots between them'],
    },
    {
      mistake: 'with types that are named as those of Avro',
      text: contract(`{"name": "a", "doc": "d", "type": {"type": "record", "name": "int", "fields": []}},
{"name": "b", "doc": "d", "type": {"type": "record", "name": "x.string", "fields": []}}`),
      says: ["2:62 FW2402 int is a type of Avro's own", "3:62 FW2402 string is a type of Avro's own"],
    },
    {
      mistake: 'with aliases that are no list',
      text: contract('{"name": "a", "doc": "d", "type": "int",\n"aliases": "b"}'),
      says: ['3:12 FW2402 aliases are a list of names, got "b"'],
    },
    {
      mistake: 'with aliases that are no names',
      text: contract(`{"name": "a", "doc": "d", "aliases": ["b", "c-d"], "type": {"type": "enum", "name": "E",
"symbols": ["A"], "aliases": ["x.F", 5]}}`),
      says: [
        '2:44 FW2402 "c-d" is no name',
        '3:38 FW2402 5 is no name',
        '2:60 FW2406 com.acme.E is an enum: no symbol can be added later without breaking its readers',
      ],
    },
    {
      mistake: 'with an order that is none',
      text: contract(
        '{"name": "a", "doc": "d", "type": "int"},\n{"name": "b", "doc": "d", "type": "int", "order": "up"}',
      ),
      says: ['3:51 FW2402 "up" is no order: ascending, descending or ignore'],
    },
    {
      mistake: 'with a default that is no symbol of its enum',
      text: contract(`{"name": "a", "doc": "d", "type": {"type": "enum", "name": "E",
"symbols": ["A", "B"], "default": "C"}}`),
      says: [
        '3:35 FW2402 "C" is no symbol of the enum: one of A, B',
        '2:35 FW2406 com.acme.E is an enum: no symbol can be added later without breaking its readers',
      ],
    },
    {
      mistake: 'with a type within a type',
      text: contract('{"name": "a", "doc": "d",\n"type": {"type": {"type": "int"}}}'),
      says: ['3:18 FW2402 a type within a type: the inner one stands in place of the outer one'],
    },
  ])('$mistake', ({ text, says }) => {
    expect(said(text)).toEqual(says)
  })
})
