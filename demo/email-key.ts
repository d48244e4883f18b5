/** The secret under which the shop's e-mail addresses are hashed: the same in the old application and in falsework. */

/** The variable that holds it. */
export const emailKeyVariable = 'FALSEWORK_KEY_CUSTOMER_EMAIL'

/** The addresses of the demo belong to nobody, so that a default does no harm. */
export const emailKey = process.env[emailKeyVariable] ?? 'addresses-of-nobody'
