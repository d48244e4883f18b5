/** Texts of the database in a YAML file that is written by lines. */

/** JSON's texts are YAML's as well. */
export const quoted = (value: unknown): string => JSON.stringify(value)

/** As it is where it cannot be read as anything else. */
export const yamlName = (name: string): string =>
  /^[A-Za-z_][\w-]*$/.test(name) && !/^(null|true|false|yes|no|on|off|y|n)$/i.test(name) ? name : quoted(name)

/** One line, whatever is in the text. */
export const comment = (text: string): string =>
  `# ${text.replaceAll(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, ' ')}`
