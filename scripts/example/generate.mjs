// @ts-check
// Writes the data of the example and its ground truth: node scripts/example/generate.mjs
// The same bytes on every run. Prints what it planted, source by source.
import { mkdirSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { makeCustomers } from './accounts.mjs'
import { appEvents } from './app-events.mjs'
import { crmContacts } from './crm-contacts.mjs'
import { emailEvents } from './email-events.mjs'
import { householdPanel } from './household-panel.mjs'
import { leads } from './leads.mjs'
import { ordersAndLines } from './orders.mjs'
import { makePeople } from './people.mjs'
import { posReceipts } from './pos-receipts.mjs'
import { catalogue } from './products.mjs'
import { shopCustomers } from './shop-customers.mjs'
import { supportTickets } from './support-tickets.mjs'
import { Truth } from './truth.mjs'
import { wearableReadings, writeParquet } from './wearable-readings.mjs'
import { webEvents } from './web-events.mjs'

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..')

const { people, strangers } = makePeople()
const customers = makeCustomers(people)
const truth = new Truth()
const { products, ...productFile } = catalogue()
const { readings, ...readingFile } = wearableReadings(customers, truth)

const files = [
  crmContacts(customers, truth),
  shopCustomers(customers, truth),
  webEvents(customers, strangers, products, truth),
  ...ordersAndLines(customers, products, truth),
  emailEvents(customers, truth),
  productFile,
  supportTickets(customers, truth),
  ...appEvents(customers, products, truth),
  posReceipts(customers, truth),
  leads(customers, truth),
  householdPanel(customers, truth),
]

/** @param {string} path */
function target(path) {
  const absolute = join(root, path)
  mkdirSync(dirname(absolute), { recursive: true })
  return absolute
}

for (const { path, text } of files) writeFileSync(target(path), text)
await writeParquet(readings, target(readingFile.path))
writeFileSync(target('test/example/truth.csv'), truth.text())

let bytes = 0
for (const { path, rows, tally } of [...files, readingFile]) {
  const size = statSync(target(path)).size
  bytes += size
  process.stdout.write(`${path}: ${rows} rows, ${Math.ceil(size / 1024)} KB\n`)
  for (const [label, count] of tally.entries())
    process.stdout.write(`  ${String(count).padStart(5)}  ${label}\n`)
}
process.stdout.write(
  `data: ${(bytes / 1e6).toFixed(2)} MB; truth: ${truth.size} rows, ${(truth.text().length / 1e6).toFixed(2)} MB\n`,
)
