// A process that sends one row to Salesforce, as `argv` says, and prints what was made of the answer.
import { connectorOf } from '../../dist/connectors/declared/connector-of.js'
import { shippedConnectors } from '../../dist/connectors/shipped.js'

const [, , port, tokenDir] = process.argv
const [definition] = shippedConnectors(['salesforce'])
const place = `http://127.0.0.1:${port}`
const destination = await connectorOf(definition, { tokenDir }).open({
  name: 'crm',
  config: {
    instance_url: place,
    login_url: place,
    client_id: 'client-1',
    client_secret: 'secret-1',
    refresh_token: 'refresh-0',
    external_id: 'cdp_id__c',
    object: 'Contact',
    api_version: 'v62.0',
  },
  allowHttp: true,
  allowPrivate: true,
  now: Date.now,
  random: Math.random,
})
const row = { seq: 1, key: 'c_1', keyFields: { cdp_id__c: 'c_1' }, fields: { LastName: 'Ng' } }
const batch = { operation: 'upsert', rows: [row], idempotencyKey: '1' }
const answer = await destination.send(batch, AbortSignal.timeout(20_000))
await destination.close()
process.stdout.write(JSON.stringify(answer))
