import type { ErrorCodes } from '../error-code.ts'

/** Why a command ends without having done what it was asked. */
export const commandCodes = {
  USAGE: {
    name: 'usage',
    summary: 'A command, an option or its value is none that there is.',
    remedy: 'Ask `falsework --help`, or the command with --help.',
    disposition: 'stop',
  },
  INTERRUPTED: {
    name: 'interrupted',
    summary: 'The command was told to end before it was done; the message says what it has done.',
    remedy: 'What was done stays done: run the command again for the rest.',
    disposition: 'stop',
  },
  ADDRESS_UNAVAILABLE: {
    name: 'address-unavailable',
    summary: 'The address of the health server cannot be listened on.',
    remedy: 'Look whether another daemon has it (`falsework status` asks there), or set http.host and http.port.',
    disposition: 'stop',
  },
  INVALID_PROJECT: {
    name: 'invalid-project',
    summary: 'Files of the project have mistakes; nothing was changed.',
    remedy: 'Correct the places that are listed, and run the command again.',
    disposition: 'stop',
  },
  UNKNOWN_NAME: {
    name: 'unknown-name',
    summary: 'There is nothing of that name.',
    remedy: 'Take one of the names that the message lists.',
    disposition: 'stop',
  },
  TARGET_EXISTS: {
    name: 'target-exists',
    summary: 'What is to be written is there already; it was left as it is.',
    remedy: 'Name a directory that is not there yet, or move what the message names away.',
    disposition: 'stop',
  },
  CAPTURE_FILE: {
    name: 'capture-file',
    summary: 'A file of captured records is not what such a file is; nothing was written.',
    remedy:
      'Each line is a record of one raw log in JSON, in log order, with offset, key, value and headers as texts, as `kcat -C -J -e -t TOPIC` prints them; of an Avro log key and value in base64, as `rpk topic consume TOPIC -o :end -f \'%{"offset":%o,"timestampMs":%d,"key":"%k{base64}","value":"%v{base64}"%}\\n\'` does.',
    disposition: 'stop',
  },
  NOT_DRAFTED: {
    name: 'not-drafted',
    summary: 'No draft of a mapping can be made of a table; nothing was written.',
    remedy: 'Leave the table out, or write its mapping by hand: docs/reference/mapping.md lists what it may hold.',
    disposition: 'stop',
  },
  TIMED_OUT: {
    name: 'timed-out',
    summary: 'What was waited for has not happened in time; what was done stays done.',
    remedy: 'Look at `falsework status`, and wait again with a longer --timeout.',
    disposition: 'stop',
  },
  CONNECTOR_FAILED: {
    name: 'connector-failed',
    summary: 'The task of the connector has failed, or has not brought a record in time.',
    remedy: 'Read the root cause in the message; after correcting it, run `falsework connector apply` again.',
    disposition: 'stop',
  },
  SNAPSHOT_NOT_ASKED: {
    name: 'snapshot-not-asked',
    summary: 'The connector cannot be asked for a snapshot of single tables, or would not tell what becomes of it.',
    remedy:
      'Add the settings that the message names to the connector file, create the signal table if there is none (id varchar(64) PRIMARY KEY, type varchar(32), data text), let it be captured, and run `falsework connector apply`.',
    disposition: 'stop',
  },
  SNAPSHOT_NOT_BEGUN: {
    name: 'snapshot-not-begun',
    summary: 'The connector has not begun the snapshot that it was asked for; it may still do so.',
    remedy:
      'Look at `falsework connector status`, and whether the signal table is part of the publication and captured by the connector.',
    disposition: 'stop',
  },
  PLUGIN_NOT_COPIED: {
    name: 'plugin-not-copied',
    summary: 'The transformation for Kafka Connect could not be copied.',
    remedy: "Name a folder that exists, may be written, and stands in the worker's plugin.path.",
    disposition: 'stop',
  },
  CAPTURE_SETTINGS: {
    name: 'capture-settings',
    summary: 'The connector has a setting with which values would be read wrongly.',
    remedy: 'Set it as the message says: see the reference of capture conditions.',
    disposition: 'stop',
  },
} as const satisfies ErrorCodes
