/** Products, what they are called, and how many there are. */
import { Commits } from './commits.ts'
import { languages, money, type Product, type World } from './world.ts'

const topic = 'products.v1'

export function addProduct(world: World): Commits {
  const id = world.id()
  const listed = world.random.chance(0.5)
  const [price, quantity] = [world.random.integer(1, 90), world.random.integer(0, 9)]
  const product: Product = { id, model: `M-${id}`, price, quantity, listed, names: new Map() }
  world.products.set(id, product)
  const size = { stock_status_id: 5, weight: '0.50000000', subtract: 1, minimum: 1 }
  const commits = new Commits().insert('oc_product', {
    product_id: id,
    model: product.model,
    sku: '',
    quantity,
    price: money(price),
    ...size,
    date_available: '0000-00-00',
    status: Number(listed),
    date_added: world.now,
    date_modified: world.now,
  })
  // Its names come later.
  if (listed) commits.expect(topic, 'ProductListed', id, { price: money(price), availableFrom: null, names: [] })
  commits.expect('stock.v1', 'StockLevelChanged', id, { quantity, inStock: quantity > 0 })
  return describe(world, commits, product)
}

export function changeProduct(world: World): Commits {
  const product = world.any(world.products)
  const change = world.random.integer(0, 7)
  if (change === 0) return saveForm(world, product)
  if (change === 1) return rename(world, product)
  if (change === 2 && world.products.size > 5) return remove(world, product)
  if (change <= 4) return flip(product)
  if (change === 5) return reprice(world, product)
  return setStock(new Commits(), product, world.random.integer(0, 20))
}

/** Nothing is published where there are as many as before. */
export function setStock(commits: Commits, product: Product, quantity: number): Commits {
  const { id, model, quantity: former } = product
  product.quantity = quantity
  commits.update('oc_product', { product_id: id }, { quantity })
  if (quantity === former) return commits
  return commits.expect('stock.v1', 'StockLevelChanged', id, { model, quantity, inStock: quantity > 0 })
}

function flip(product: Product): Commits {
  const { id, model, price, names } = product
  product.listed = !product.listed
  const commits = new Commits().update('oc_product', { product_id: id }, { status: Number(product.listed) })
  if (!product.listed) return commits.expect(topic, 'ProductUnlisted', id, { model })
  const all = [...names].sort(([one], [other]) => one - other)
  const fields = { model, names: all.map(([language, name]) => ({ language: languages[language], name })) }
  return commits.expect(topic, 'ProductListed', id, { ...fields, price: money(price) })
}

/** Nothing is published: a product that is listed again says its price. */
function reprice(world: World, product: Product): Commits {
  product.price = world.random.integer(1, 90)
  return new Commits().update('oc_product', { product_id: product.id }, { price: money(product.price) })
}

/** The application deletes all descriptions and writes them anew: one that says the same is published, too. */
function saveForm(world: World, product: Product): Commits {
  const commits = new Commits().update('oc_product', { product_id: product.id }, { date_modified: world.now })
  for (const language of product.names.keys())
    commits.delete('oc_product_description', { product_id: product.id, language_id: language })
  return describe(world, commits, product)
}

function describe(world: World, commits: Commits, product: Product): Commits {
  const { id, names } = product
  for (const [number, language] of Object.entries(languages)) {
    const language_id = Number(number)
    const name = names.get(language_id) ?? `Thing ${world.id()}`
    names.set(language_id, name)
    const texts = { name, description: '<p>Thing</p>', meta_title: name }
    commits
      .insert('oc_product_description', { product_id: id, language_id, ...texts })
      .expect(topic, 'ProductNamed', id, { language, name })
  }
  return commits
}

/** By an import, which changes the row; to the database, and so to falsework, capitals are no other name. */
function rename(world: World, product: Product): Commits {
  const { id, names } = product
  const [language, previousName] = world.random.pick([...names] as [[number, string], ...[number, string][]])
  const inCapitals = world.random.chance(0.4)
  const name = inCapitals ? previousName.toUpperCase() : `Thing ${world.id()}`
  names.set(language, name)
  const commits = new Commits()
  commits.update('oc_product_description', { product_id: id, language_id: language }, { name })
  if (inCapitals) return commits
  return commits.expect(topic, 'ProductRenamed', id, { language: languages[language], previousName, name })
}

function remove(world: World, { id, model, listed, names }: Product): Commits {
  world.products.delete(id)
  const commits = new Commits()
    .delete('oc_product', { product_id: id })
    .expect(topic, 'ProductRemoved', id, { model, wasListed: listed })
    .expect('stock.v1', null, id)
  for (const language_id of names.keys()) commits.delete('oc_product_description', { product_id: id, language_id })
  return commits
}
