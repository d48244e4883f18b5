/** The one place with the product's name: everything named after it derives from here. */
export const brand = {
  name: 'falsework',
  projectFile: 'falsework.yaml',
  stateFolder: '.falsework',
  environmentPrefix: 'FALSEWORK_',
  apiVersion: 'falsework/v1',
  headerPrefix: 'falsework-',
} as const
