/** Where the events of the two databases stand, as the mappings and the expectations name them. */
export const shopTopics = ['orders.v1', 'customers.v1', 'products.v1', 'web-orders.v1'] as const
export const crmTopics = ['contacts.v1', 'stock.levels.v1', 'stock.alerts.v1'] as const
