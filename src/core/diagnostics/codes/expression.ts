import type { ErrorCodes } from '../error-code.ts'

/** Mistakes in expressions; FW21xx are about names, FW22xx about types. */
export const expressionCodes = {
  FW2101: {
    name: 'expression-syntax',
    summary: 'A text is not an expression.',
    remedy: 'Correct the expression at the marked place.',
    disposition: 'stop',
  },
  FW2102: {
    name: 'unknown-name',
    summary: 'An expression names something that is not there.',
    remedy: 'Take one of the names that the message lists; a text constant stands in quotes of its own.',
    disposition: 'stop',
  },
  FW2103: {
    name: 'unknown-column',
    summary: 'A table has no such column.',
    remedy: 'Correct the name, or run `falsework catalog pull` if the column is new.',
    disposition: 'stop',
  },
  FW2104: {
    name: 'unknown-function',
    summary: 'There is no such function or code table.',
    remedy: 'Correct the name; code tables are declared under `codes`.',
    disposition: 'stop',
  },
  FW2105: {
    name: 'not-in-language',
    summary: 'A part of CEL that mappings do not have.',
    remedy: 'Say it with the operators and functions of the reference.',
    disposition: 'stop',
  },
  FW2106: {
    name: 'unreadable-column',
    summary: 'The column has a type that this version cannot read.',
    remedy: 'Leave the column out, or let the legacy database cast it in a generated column.',
    disposition: 'stop',
  },
  FW2107: {
    name: 'not-in-scope',
    summary: 'A name is known, but not in this rule.',
    remedy: 'Use what the message offers instead.',
    disposition: 'stop',
  },
  FW2201: {
    name: 'operand-type',
    summary: 'An operator does not take operands of these types.',
    remedy: 'Convert one of them by name: string(), decimal(), zoned(), utc() …',
    disposition: 'stop',
  },
  FW2202: {
    name: 'argument-type',
    summary: 'A function does not take an argument of this type.',
    remedy: 'Convert it by name, or take another function.',
    disposition: 'stop',
  },
  FW2203: {
    name: 'argument-count',
    summary: 'A function was given too few or too many arguments.',
    remedy: 'Give the arguments that the message lists.',
    disposition: 'stop',
  },
  FW2204: {
    name: 'literal-required',
    summary: 'An argument must be a constant, so that it can be checked before anything runs.',
    remedy: 'Write the constant itself.',
    disposition: 'stop',
  },
  FW2205: {
    name: 'condition-type',
    summary: 'A condition is not a bool.',
    remedy: 'Compare the value with something.',
    disposition: 'stop',
  },
  FW2206: {
    name: 'branch-types',
    summary: 'Two alternatives have different types.',
    remedy: 'Convert one of them by name.',
    disposition: 'stop',
  },
  FW2207: {
    name: 'bad-constant',
    summary: 'A constant is not what the function needs: a time zone, a pattern, a scale.',
    remedy: 'Correct the constant.',
    disposition: 'stop',
  },
  FW2208: {
    name: 'unknown-key',
    summary: 'There is no pseudonym key of that name.',
    remedy: 'Declare it under `keys` in falsework.yaml, with a reference to the secret.',
    disposition: 'stop',
  },
  FW2210: {
    name: 'nullable-operand',
    summary: 'An operand may be null.',
    remedy: 'Say what null means: coalesce(x, …), or a test `x == null ? … : …`.',
    disposition: 'stop',
  },
  FW2211: {
    name: 'null-into-required',
    summary: 'A value that may be null goes into a field that must not be.',
    remedy:
      'Where there is no event without the value, as of a key: a guard, `when: "x != null"`. Otherwise say what null means with coalesce(x, …), or make the field optional in the contract.',
    disposition: 'stop',
  },
  FW2212: {
    name: 'not-assignable',
    summary: 'A value does not have the type of its field.',
    remedy: 'Convert it by name; what would lose digits or guess a time zone is never done silently.',
    disposition: 'stop',
  },
  FW2213: {
    name: 'narrowing',
    summary: 'A value may be larger than its field.',
    remedy: 'Nothing, if it never is: it is checked at run time, with class overflow.',
    disposition: 'stop',
  },
  FW2214: {
    name: 'impossible-value',
    summary: 'A comparison with a value that never comes.',
    remedy: 'Take one of the values that the message lists; `falsework catalog pull` brings new ones.',
    disposition: 'stop',
  },
  FW2215: {
    name: 'padded-text',
    summary: 'A text goes out with the blanks that its column pads it with.',
    remedy: 'Use trim(x), unless the readers of the event want the blanks.',
    disposition: 'stop',
  },
  FW2216: {
    name: 'too-many-rows',
    summary: 'Look-ups within each other may read more rows than a rule may.',
    remedy: 'Lower the maxima under `rows`: their product is at most 10,000.',
    disposition: 'stop',
  },
  FW2217: {
    name: 'always-fails',
    summary: 'A constant part of an expression fails, whatever the row holds.',
    remedy: 'Correct the constant: the class in the message says what is wrong with it.',
    disposition: 'stop',
  },
  FW2218: {
    name: 'ruled-out-value',
    summary: 'A comparison with a value that a CHECK of the column rules out.',
    remedy: 'Take a value that the CHECK allows, in its case, or pull the catalog again if the CHECK has changed.',
    disposition: 'stop',
  },
  FW2220: {
    name: 'personal-data',
    summary: 'Personal data would leave.',
    remedy: 'Use pseudonym() or mask(), or say why it may leave: {expr, allowPii: "reason"}.',
    disposition: 'stop',
  },
  FW2221: {
    name: 'zero-date',
    summary: 'A column is read that may hold 0000-00-00, which arrives as the beginning of 1970.',
    remedy:
      'Say that this day stands for no date, as the hint shows; or set sql_mode=NO_ZERO_DATE on the server, correct the rows and pull the catalog.',
    disposition: 'stop',
  },
} as const satisfies ErrorCodes
