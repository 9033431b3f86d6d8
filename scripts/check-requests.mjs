#!/usr/bin/env node
// @ts-check
/**
 * Holds the requests and answers in the examples of a connector to the OpenAPI files that its vendor publishes, version 2 or 3,
 * JSON or YAML, which are given as arguments: they are not part of cdp. Says of each request whether the vendor knows it,
 * and what its schema has against it; of answers the same, as a note: examples leave out what cdp does not read, and vendors write
 * answers down less carefully. Exits with 1 where a request does not fit.
 */
import { readFileSync } from 'node:fs'
import { Ajv } from 'ajv'
import { parse } from 'yaml'

const USAGE = 'Usage: node scripts/check-requests.mjs <connector.yml> <openapi.json|yml>…\n'
const METHODS = ['get', 'put', 'post', 'delete', 'patch']

const [connectorFile, ...specFiles] = process.argv.slice(2)
if (!connectorFile || specFiles.length === 0) {
  process.stderr.write(USAGE)
  process.exit(2)
}

/** @typedef {{ readonly method: string, readonly path: RegExp, readonly literal: number, readonly template: string, readonly spec: number, readonly pointer: string, readonly operation: any, readonly parameters: any[] }} Operation */

// Vendors use words that JSON Schema does not have, and formats that nobody defines.
const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false, logger: false })
const specs = specFiles.map((file) =>
  withTypedNulls(parse(readFileSync(file, 'utf8'), { maxAliasCount: -1 })),
)
for (const [i, spec] of specs.entries()) ajv.addSchema(spec, `spec${i}`)
const operations = specs.flatMap(operationsOf)

const { name, examples } = parse(readFileSync(connectorFile, 'utf8'), { merge: true, maxAliasCount: -1 })
let wrong = 0
for (const example of examples ?? [])
  for (const request of example.requests) {
    const { faults, notes, template } = judge(request)
    wrong += faults.length
    const verdict = faults.length === 0 ? 'fits  ' : 'DIFFERS'
    console.log(`${verdict} ${request.method} ${template ?? new URL(request.url).pathname} (${example.name})`)
    for (const fault of faults) console.log(`          ${fault}`)
    for (const note of notes) console.log(`          note: ${note}`)
  }
console.log(`${name}: ${wrong === 0 ? 'every request fits' : `${wrong} differences`}`)
process.exitCode = wrong === 0 ? 0 : 1

/** @param {any} spec @param {number} index @returns {Operation[]} */
function operationsOf(spec, index) {
  const bases = spec.servers
    ? spec.servers.map((/** @type {any} */ { url }) =>
        url.replace(/^https?:\/\/[^/]*/, '').replace(/\/$/, ''),
      )
    : [spec.basePath ?? '']
  return Object.entries(spec.paths).flatMap(([template, item]) =>
    METHODS.filter((method) => item[method]).flatMap((method) =>
      [...new Set(bases)].map((base) => ({
        method: method.toUpperCase(),
        template,
        path: pattern(`${base}${template}`),
        literal: template.replaceAll(/\{[^}]+\}/g, '').length,
        spec: index,
        pointer: `spec${index}#/paths/${escaped(template)}/${method}`,
        operation: item[method],
        parameters: [...(item.parameters ?? []), ...(item[method].parameters ?? [])].map((one) =>
          resolved(spec, one),
        ),
      })),
    ),
  )
}

/** @param {any} request @returns {{ faults: string[], notes: string[], template?: string }} */
function judge(request) {
  const url = new URL(request.url)
  const found = operations
    .filter(({ method, path }) => method === request.method && path.test(url.pathname))
    .sort((a, b) => b.literal - a.literal)[0]
  if (!found) return { faults: ['the vendor has no such path, or not with this method'], notes: [] }
  const query = found.parameters
    .filter((one) => one.in === 'query' && one.required && !url.searchParams.has(one.name))
    .map((one) => `the query needs ${one.name}`)
  return {
    template: found.template,
    faults: [...query, ...bodyFaults(found, request)],
    notes: answerFaults(found, request.answer)
      .filter((fault) => !/required property/.test(fault))
      .map((fault) => `answer ${request.answer.status}: ${fault}`),
  }
}

/** @param {Operation} found @param {any} request @returns {string[]} */
function bodyFaults({ operation, pointer, spec, parameters }, { body, method }) {
  const form = parameters.filter((one) => one.in === 'formData')
  if (form.length > 0) return formFaults(form, body ?? {})
  const inBody = (operation.parameters ?? []).findIndex(
    (/** @type {any} */ one) => resolved(specs[spec], one).in === 'body',
  )
  if (inBody >= 0) return schemaFaults(`${pointer}/parameters/${inBody}/schema`, body)
  const content = resolved(specs[spec], operation.requestBody ?? {}).content
  if (!content) return body === undefined || method === 'GET' ? [] : ['the vendor takes no body']
  const [type] = Object.keys(content)
    .filter((one) => /json/.test(one))
    .concat(Object.keys(content))
  if (!content[type ?? '']?.schema) return []
  const at = operation.requestBody.$ref
    ? `spec${spec}${operation.requestBody.$ref}`
    : `${pointer}/requestBody`
  return schemaFaults(`${at}/content/${escaped(type ?? '')}/schema`, body)
}

/** Fields of a form, by name only. @param {any[]} form @param {any} body */
function formFaults(form, body) {
  const known = new Set(form.map((one) => one.name))
  const missing = form
    .filter((one) => one.required && !(one.name in body))
    .map((one) => `/${one.name} is missing`)
  return [
    ...missing,
    ...Object.keys(body)
      .filter((key) => !known.has(key))
      .map((key) => `/${key} is not known`),
  ]
}

/** @param {Operation} found @param {any} answer @returns {string[]} */
function answerFaults({ operation, pointer, spec }, { status, body }) {
  const written = operation.responses?.[status] ?? operation.responses?.default
  if (!written) return ['the vendor does not write of this status']
  if (body === undefined || typeof body === 'string') return []
  const code = operation.responses[status] ? String(status) : 'default'
  const at = written.$ref ? `spec${spec}${written.$ref}` : `${pointer}/responses/${code}`
  const response = resolved(specs[spec], written)
  if (response.schema) return schemaFaults(`${at}/schema`, body)
  const [type] = Object.keys(response.content ?? {}).filter((one) => /json/.test(one))
  return type && response.content[type].schema
    ? schemaFaults(`${at}/content/${escaped(type)}/schema`, body)
    : []
}

/** @param {string} pointer @param {unknown} value @returns {string[]} */
function schemaFaults(pointer, value) {
  const validate = ajv.compile({ $ref: encodeURI(pointer) })
  if (validate(value)) return []
  const told = (validate.errors ?? []).map(({ instancePath, message, params }) => {
    const what = params.additionalProperty ?? ''
    return `${instancePath || '/'} ${message}${what && ` (${what})`}`
  })
  return [...new Set(told)]
}

/** `nullable` says something of a type only. @param {any} node @returns {any} */
function withTypedNulls(node) {
  if (typeof node !== 'object' || node === null) return node
  if (node.nullable !== undefined && node.type === undefined) delete node.nullable
  for (const value of Object.values(node)) withTypedNulls(value)
  return node
}

/** @param {any} spec @param {any} one @returns {any} */
function resolved(spec, one) {
  if (typeof one?.$ref !== 'string') return one
  return one.$ref
    .slice(2)
    .split('/')
    .reduce(
      (/** @type {any} */ at, /** @type {string} */ key) =>
        at[key.replaceAll('~1', '/').replaceAll('~0', '~')],
      spec,
    )
}

/** @param {string} template */
function pattern(template) {
  const parts = template
    .split(/\{[^}]+\}/)
    .map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`))
  return new RegExp(`^${parts.join('[^/]+')}/?$`)
}

/** Of a JSON pointer. @param {string} key */
function escaped(key) {
  return key.replaceAll('~', '~0').replaceAll('/', '~1')
}
