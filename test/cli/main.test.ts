import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { printable, printReading, type Streams } from '../../src/cli/output.ts'
import { falsework, type Ran, repository } from './in-process.ts'

const run = async (...parameters: string[]): Promise<Ran> =>
  await falsework(parameters, {
    folder: repository,
    environment: { FALSEWORK_KEY_CUSTOMER_EMAIL: 'addresses-of-nobody' },
  })

describe('the command line', () => {
  it('validates the project that the repository is', async () => {
    const { code, err } = await run('validate')
    expect(err).toMatch(/^0 errors, \d+ warnings? in \d+ files, \d+ test cases\n$/)
    expect(code).toBe(0)
  })

  it('runs the fixtures of the project that the repository is', async () => {
    const { code, out, err } = await run('test')
    expect(out).toContain(' PASS  order-placed')
    expect(err).toMatch(/, 0 failed\n$/)
    expect(code).toBe(0)
  })

  it('gives JSON in an envelope', async () => {
    const { out } = await run('validate', '-o', 'json')
    expect(JSON.parse(out)).toMatchObject({
      apiVersion: 'falsework/v1',
      kind: 'Problems',
      warnings: [],
      next_steps: [],
    })
  })

  it.each([
    [['frobnicate'], "unknown command 'frobnicate'"],
    [['validate', '--nope'], "unknown option '--nope'"],
    [['get', 'mappings', '-o', 'xml'], 'Allowed choices are table, json, jsonl'],
    [['tail', 'OrderPlaced', '--limit', '0'], "option '--limit <n>' argument '0' is invalid. Expected a whole number"],
    [['tail', 'OrderPlaced', '--limit', 'x'], "option '--limit <n>' argument 'x' is invalid"],
    [['tail', 'OrderPlaced', '--limit', '1.5'], "option '--limit <n>' argument '1.5' is invalid"],
    [['register', '--timeout', 'x'], "option '--timeout <seconds>' argument 'x' is invalid. Expected a whole number"],
    [['register', '--timeout', '-1'], 'Expected a whole number from 1 to 86400.'],
    [['connector', 'apply', '--timeout', ''], "option '--timeout <seconds>' argument '' is invalid"],
    [['connector', 'apply', '--timeout', '86401'], 'Expected a whole number from 1 to 86400.'],
  ])('answers usage mistakes with exit 64: %j', async (parameters, message) => {
    const { code, err } = await run(...parameters)
    expect(err).toContain(message)
    expect(code).toBe(64)
  })

  it.each([
    [['frobnicate', '-o', 'json'], 'USAGE', "unknown command 'frobnicate'"],
    [['tail', 'OrderPlaced', '--limit', 'banana', '--output=json'], 'USAGE', "'--limit <n>' argument 'banana'"],
    [['test', 'nope', '-ojson'], 'UNKNOWN_NAME', "there is no mapping 'nope'"],
    [['connector', 'stop', 'nope', '-o', 'jsonl'], 'UNKNOWN_NAME', "there is no source 'nope'"],
  ])('gives an error as JSON to who asked for JSON: %j', async (parameters, code, message) => {
    const { out, err } = await run(...parameters)
    expect(JSON.parse(err)).toEqual({
      apiVersion: 'falsework/v1',
      kind: 'Error',
      code,
      message: expect.stringContaining(message) as string,
      remedy: expect.stringMatching(/./) as string,
    })
    expect(out).toBe('')
  })

  it('says when there is no project', async () => {
    const { code, err } = await run('validate', '--project', mkdtempSync(join(tmpdir(), 'no-project-')))
    expect(err).toContain('error NO_PROJECT: no falsework.yaml in')
    expect(err).toContain('Change into a project folder')
    expect(code).toBe(64)
  })

  it('says when Kafka cannot be reached, with the brokers that were tried and exit 3', async () => {
    process.env['KAFKAJS_NO_PARTITIONER_WARNING'] = '1'
    const { code, err } = await falsework(['get', 'mappings'], {
      environment: { FALSEWORK_KAFKA_BROKERS: '127.0.0.1:1,127.0.0.1:2' },
    })
    expect(err).toMatch(/^error KAFKA_UNREACHABLE: .*\(tried 127\.0\.0\.1:1, 127\.0\.0\.1:2\)\n/)
    expect(code).toBe(3)
  })

  it('names every command in its help, each with what it is for', async () => {
    const { out } = await run('--help')
    const commands = [
      'validate',
      'test',
      'register',
      'catalog',
      'connector',
      'doctor',
      'run',
      'status',
      'get',
      'tail',
      'dead-letters',
    ]
    expect(commands.filter((name) => !out.includes(`  ${name} `))).toEqual([])
  })
})

describe('output', () => {
  const collect = (): { streams: Streams; text: () => string } => {
    let text = ''
    return {
      streams: { out: (part) => (text += part), err: (part) => (text += part), colour: 'off', progress: 'lines' },
      text: () => text,
    }
  }
  const reading = {
    kind: 'Things',
    items: [{ name: 'a', size: 10n }],
    columns: [
      { title: 'NAME', text: ({ name }: { name: string }) => name },
      { title: 'SIZE', align: 'right' as const, text: ({ size }: { size: bigint }) => String(size) },
    ],
    empty: 'nothing',
  }

  it('aligns a table', () => {
    const { streams, text } = collect()
    printReading(streams, 'table', reading)
    expect(text()).toBe('NAME  SIZE\na       10\n')
  })

  it('writes one line of JSON an item, integers exact', () => {
    const { streams, text } = collect()
    printReading(streams, 'jsonl', reading)
    expect(text()).toBe('{"name":"a","size":"10"}\n')
  })

  it('says so when there is nothing', () => {
    const { streams, text } = collect()
    printReading(streams, 'table', { kind: 'Things', items: [], columns: [], empty: 'nothing' })
    expect(text()).toBe('nothing\n')
  })

  it('keeps control characters of data from the terminal', () => {
    expect(printable('a\u001b[31mb\u202ec')).toBe('a\\u001b[31mb\\u202ec')
  })
})
