/** Where the events of the shop stand, as the mappings and the expectations name them. */
export const shopTopics = ['orders.v1', 'customers.v1', 'products.v1', 'web-orders.v1'] as const
