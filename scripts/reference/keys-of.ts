/** The keys of a file, one section each for what stands at its top. */
import type { ExplainedKey } from '../../src/app/observe/explain.ts'

export function keySections(keys: readonly ExplainedKey[]): string {
  const tops = keys.filter(({ path }) => !/[.[]/.test(path))
  return tops.map((top) => section(top, keys)).join('\n')
}

function section(top: ExplainedKey, keys: readonly ExplainedKey[]): string {
  const inner = keys.filter(({ path }) => path.startsWith(`${top.path}.`) || path.startsWith(`${top.path}[`))
  const lines = inner.length === 0 ? [`Expected: ${top.expected}.`] : inner.map(line)
  return [`## ${top.path}`, '', top.doc, '', ...lines, ''].join('\n')
}

function line({ path, doc, expected, presence, standard, environment }: ExplainedKey): string {
  const facts = [
    presence === 'required' ? `${expected}, must be there` : expected,
    ...(standard === null ? [] : [`default \`${standard}\``]),
    ...(environment === null ? [] : [`\`${environment}\``]),
  ]
  return `- **\`${path}\`**: ${doc} (${facts.join('; ')})`
}
